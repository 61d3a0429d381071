import JobModel
import JobQueue

extension PlanTemplate {
    /// The type of an operation whose steps stand in its request.
    static let custom = "custom"

    /// What the parameters of a custom operation must look like.
    static let customParameters: JSONSchema = .object([
        .optional("steps", steps),
        .optional("checks", checks),
        .optional("threshold", .number("Below this score of the operation, a person decides.", minimum: 0, maximum: 1)),
        .optional("goal", .string("What is wanted, for a language model to plan.", minLength: 1, maxLength: 8000)),
        .optional("answer", .boolean("Whether the language model answers the goal from the evidence.")),
    ])

    /// The template of a custom operation: its own steps, in an order in which each stands behind those it waits for.
    ///
    /// A step also waits for those whose results its parameters name, without saying so.
    ///
    /// - Throws: ``JobFailure`` that says where the steps are wrong; a circle is told by its members.
    static func custom(_ parameters: JSONValue) throws(JobFailure) -> PlanTemplate {
        let defects = customParameters.defects(in: parameters, at: "parameters")
        if !defects.isEmpty { throw JobFailure(plan: defects) }
        guard let document = parameters["steps"], document != .null else {
            throw JobFailure(
                "missing_parameter",
                "a custom operation has steps, or a goal that a language model plans",
                field: "parameters.steps"
            )
        }
        let steps: [Step]
        let checks: [Check]?
        do {
            steps = try document.decode([Step].self)
            checks = try parameters["checks"]?.decode([Check]?.self)
        } catch let error as DecodingError {
            throw JobFailure(decoding: error, within: "parameters")
        } catch {
            throw JobFailure("invalid_plan", "the steps cannot be read", field: "parameters.steps")
        }
        let template = PlanTemplate(
            operationType: custom,
            version: 1,
            parameters: [:],
            forEach: nil,
            steps: try inOrder(steps),
            checks: checks,
            threshold: parameters["threshold"]?.double
        )
        let wrong = template.defects(types: []).map { FieldDefect("parameters.\($0.field)", $0.message) }
        if !wrong.isEmpty { throw JobFailure(plan: wrong) }
        return template
    }

    private static func inOrder(_ given: [Step]) throws(JobFailure) -> [Step] {
        let ids = Set(given.map(\.id))
        if let twice = given.map(\.id).first(where: { id in given.count { $0.id == id } > 1 }) {
            throw JobFailure("invalid_plan", "two steps have this id", field: "parameters.steps.\(twice)")
        }
        var steps = given
        for index in steps.indices {
            var after = steps[index].after ?? []
            for id in (steps[index].parameters?.stepIDs(among: ids) ?? []).sorted() where !after.contains(id) {
                // An explicit join keeps its meaning only when it names all that it waits for.
                guard steps[index].need == nil else {
                    let message = "refers to \(id), which is not among the steps that it waits for"
                    throw JobFailure("invalid_plan", message, field: "parameters.steps.\(steps[index].id).parameters")
                }
                after.append(id)
            }
            steps[index].after = after
            for id in after where !ids.contains(id) {
                let field = "parameters.steps.\(steps[index].id).after"
                throw JobFailure("invalid_plan", "\(id) is no step of the plan", field: field)
            }
        }
        var ordered: [Step] = []
        var placed: Set<String> = []
        while ordered.count < steps.count {
            // The author's order is kept as far as it can be.
            let next = steps.first { !placed.contains($0.id) && placed.isSuperset(of: $0.after ?? []) }
            guard let next else {
                let circle = Self.circle(among: steps.filter { !placed.contains($0.id) })
                let message = "the steps wait for each other: \(circle.joined(separator: " after "))"
                throw JobFailure("invalid_plan", message, field: "parameters.steps.\(circle.first ?? "")")
            }
            ordered.append(next)
            placed.insert(next.id)
        }
        return ordered
    }

    /// The ids along one circle, the first again at the end; every given step waits for another given one.
    private static func circle(among steps: [Step]) -> [String] {
        let byID = Dictionary(steps.map { ($0.id, $0) }) { first, _ in first }
        var path: [String] = []
        var next = steps.first?.id
        while let id = next {
            if let start = path.firstIndex(of: id) { return Array(path[start...]) + [id] }
            path.append(id)
            next = byID[id]?.after?.first { byID[$0] != nil }
        }
        return path
    }
}

extension JobFailure {
    /// A plan that is wrong, with every place.
    init(plan defects: [FieldDefect]) {
        let message = defects.map(\.description).joined(separator: "; ")
        self.init("invalid_plan", message, field: defects.first?.field)
    }

    fileprivate init(decoding error: DecodingError, within place: String) {
        let failure = JobFailure(decoding: error)
        self.init("invalid_plan", failure.message, field: failure.field.map { "\(place).\($0)" } ?? place)
    }
}
