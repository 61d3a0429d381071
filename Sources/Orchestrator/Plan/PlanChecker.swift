package import JobModel

/// Holds a plan against what can be known before anything runs.
///
/// Workers and actions are known, parameters fit the actions' schemas, names are unique, steps wait only for earlier
/// ones (so that there is no cycle), joins can be met, references lead to a value that will be there, and the limits
/// hold. Every defect names its place: `steps.ID.…`, by the id that the plan's author gave the step.
package struct PlanChecker: Sendable {
    private let catalog: ActionCatalog
    private let limits: PlanLimits

    /// A checker for the actions of a catalog.
    package init(catalog: ActionCatalog, limits: PlanLimits = PlanLimits()) {
        self.catalog = catalog
        self.limits = limits
    }

    /// Everything that is wrong with a plan; steps that several branches share are told once.
    package func defects(of plan: Plan, timeoutSeconds: Int? = nil) -> [FieldDefect] {
        guard plan.steps.count <= limits.steps else {
            let message = "the plan has \(plan.steps.count) steps, the limit is \(limits.steps)"
            return [FieldDefect("steps", message)]
        }
        if plan.steps.isEmpty { return [FieldDefect("steps", "a plan has at least one step")] }
        var found: [FieldDefect] = []
        var earlier: [String: EarlierStep] = [:]
        for step in plan.steps {
            found += placement(of: step, earlier) + work(of: step)
            found += references(of: step, earlier)
            if let limit = step.timeoutSeconds, !(1...max(1, timeoutSeconds ?? .max)).contains(limit) {
                let most = timeoutSeconds.map { " and at most the operation's \($0)" } ?? ""
                found.append(FieldDefect("\(step.place).timeout_seconds", "must be at least 1\(most)"))
            }
            earlier[step.name] = EarlierStep(step, earlier)
        }
        for check in plan.checks {
            for reference in check.left.references.union(check.right.references).sorted(by: {
                $0.description < $1.description
            })
            where earlier[reference.evidence] == nil {
                found.append(FieldDefect("checks", "\(reference) names no step"))
            }
            for name in check.verifies where earlier[name] == nil {
                found.append(FieldDefect("checks", "\(name) names no step"))
            }
        }
        var seen: Set<FieldDefect> = []
        return found.filter { seen.insert($0).inserted }
    }

    /// Its name, what it waits for, its join and its threshold.
    private func placement(of step: Plan.Step, _ earlier: [String: EarlierStep]) -> [FieldDefect] {
        var found: [FieldDefect] = []
        if earlier[step.name] != nil { found.append(FieldDefect(step.place, "two steps are named \(step.name)")) }
        for parent in step.after where earlier[parent] == nil {
            found.append(FieldDefect("\(step.place).after", "\(parent) is no earlier step"))
        }
        if Set(step.after).count != step.after.count {
            found.append(FieldDefect("\(step.place).after", "names a step twice"))
        }
        if !step.after.isEmpty, !(1...step.after.count).contains(step.need) {
            found.append(
                FieldDefect("\(step.place).need", "must be from 1 to \(step.after.count), the steps it waits for")
            )
        }
        if !(0...1).contains(step.threshold) {
            found.append(FieldDefect("\(step.place).threshold", "must be from 0 to 1"))
        }
        return found
    }

    /// Its worker, its action and their parameters.
    private func work(of step: Plan.Step) -> [FieldDefect] {
        let actions = catalog.actions(of: step.worker)
        guard !actions.isEmpty else {
            let known = catalog.workers.joined(separator: ", ")
            return [FieldDefect("\(step.place).worker", "\(step.worker) is no known worker; known are \(known)")]
        }
        guard let action = catalog[step.worker, step.action] else {
            let known = actions.map(\.name).joined(separator: ", ")
            let message = "\(step.worker) has no action \(step.action); it has \(known)"
            return [FieldDefect("\(step.place).action", message)]
        }
        let size = (try? step.parameters.encoded.utf8.count) ?? .max
        guard size <= limits.parameterBytes else {
            let message = "has \(size) bytes, the limit is \(limits.parameterBytes); hand large data over by reference"
            return [FieldDefect("\(step.place).parameters", message)]
        }
        return action.parameters.defects(in: step.parameters, at: "\(step.place).parameters", references: true)
    }

    /// Its references: to steps that will have completed, and to something that their results have.
    private func references(of step: Plan.Step, _ earlier: [String: EarlierStep]) -> [FieldDefect] {
        let certain = EarlierStep(step, earlier).certain
        return step.parameters.references.sorted { $0.description < $1.description }.compactMap { reference in
            let place = "\(step.place).parameters"
            guard let source = earlier[reference.evidence] else {
                return FieldDefect(place, "\(reference) names no earlier step")
            }
            guard certain.contains(reference.evidence) else {
                let message = "\(reference) names a step that need not have completed when this one starts"
                return FieldDefect(place, message)
            }
            guard let result = catalog[source.step.worker, source.step.action]?.result,
                result.schema(at: reference.path[...]) == nil
            else { return nil }
            let message = "\(reference) leads to nothing in the result of \(source.step.worker).\(source.step.action)"
            return FieldDefect(place, message)
        }
    }
}

/// A step that stands before others, with the steps that must have completed when it has.
private struct EarlierStep {
    let step: Plan.Step
    /// The steps that have completed whenever this one starts.
    let certain: Set<String>

    init(_ step: Plan.Step, _ earlier: [String: EarlierStep]) {
        self.step = step
        // A join of `need` among its parents surely has an ancestor that more than `parents - need` of them share.
        var shared: [String: Int] = [:]
        for parent in step.after {
            for name in (earlier[parent]?.certain ?? []).union([parent]) { shared[name, default: 0] += 1 }
        }
        certain = Set(shared.filter { $0.value > step.after.count - step.need }.keys)
    }
}

extension Plan.Step {
    /// Where its author finds it.
    fileprivate var place: String { "steps.\(role.isEmpty ? name : role)" }
}
