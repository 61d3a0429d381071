package import JobModel

extension PlanTemplates {
    /// Makes the plan of a request.
    ///
    /// - Throws: ``JobFailure`` that names the parameter that is missing, unknown or impossible.
    package func plan(for request: OperationRequest) throws(JobFailure) -> Plan {
        guard let template = self[request.operationType] else {
            throw JobFailure(
                "unknown_operation_type",
                "there is no template for it; known are \(operationTypes.joined(separator: ", "))",
                field: "operation_type"
            )
        }
        let values = try values(of: template, request.parameters)
        var plan = Plan(template: template.operationType, version: template.version, steps: [], checks: [])
        for branch in Self.branches(template, values) { append(branch, of: template, to: &plan) }
        guard plan.steps.count <= 1000 else {
            throw JobFailure(
                "plan_too_large",
                "the plan would have \(plan.steps.count) steps, the limit is 1000; ask for fewer counties or datasets",
                field: "parameters"
            )
        }
        return plan
    }

    private func values(of template: PlanTemplate, _ given: JSONValue) throws(JobFailure) -> [String: JSONValue] {
        guard case .object(let members) = given else {
            throw JobFailure("invalid_parameters", "must be an object", field: "parameters")
        }
        for name in members.keys.sorted() where template.parameters[name] == nil {
            let known = template.parameters.keys.sorted().joined(separator: ", ")
            throw JobFailure(
                "unknown_parameter",
                "\(template.operationType) has no such parameter; it has \(known)",
                field: "parameters.\(name)"
            )
        }
        var values: [String: JSONValue] = [:]
        for (name, rule) in template.parameters.sorted(by: { $0.key < $1.key }) {
            let field = "parameters.\(name)"
            guard let value = members[name] ?? rule.default, value != .null else {
                if rule.required == true { throw JobFailure("missing_parameter", "is missing", field: field) }
                values[name] = .null
                continue
            }
            guard rule.list == true else {
                values[name] = try canonical(value, rule, field)
                continue
            }
            guard case .array(let elements) = value, !elements.isEmpty else {
                throw JobFailure("invalid_parameters", "must be a list with at least one element", field: field)
            }
            var canonicals: [JSONValue] = []
            for (position, element) in elements.enumerated() {
                let value = try canonical(element, rule, "\(field)[\(position)]")
                if !canonicals.contains(value) { canonicals.append(value) }
            }
            values[name] = .array(canonicals)
        }
        return values
    }

    private func canonical(
        _ value: JSONValue,
        _ rule: PlanTemplate.Parameter,
        _ field: String
    ) throws(JobFailure) -> JSONValue {
        switch rule.type {
        case "integer":
            guard let number = value.int, (rule.minimum ?? .min)...(rule.maximum ?? .max) ~= number else {
                let range = "\(rule.minimum.map(String.init) ?? "any") to \(rule.maximum.map(String.init) ?? "any")"
                throw JobFailure("invalid_parameters", "must be a whole number from \(range)", field: field)
            }
            return .integer(number)
        case "string":
            guard value.string != nil else { throw JobFailure("invalid_parameters", "must be a string", field: field) }
            return value
        case "boolean":
            guard case .bool = value else {
                throw JobFailure("invalid_parameters", "must be true or false", field: field)
            }
            return value
        default:
            guard let type = types[rule.type] else {
                throw JobFailure("invalid_parameters", "\(rule.type) is no type of this deployment", field: field)
            }
            do throws(JobFailure) {
                return try type(value)
            } catch {
                throw JobFailure(error.code, error.message, field: field)
            }
        }
    }

    /// Every combination of the lists that the template runs over; one empty branch where it runs over none.
    private static func branches(_ template: PlanTemplate, _ values: [String: JSONValue]) -> [[String: JSONValue]] {
        var branches = [values]
        for (variable, list) in (template.forEach ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard case .array(let elements)? = values[list] else { continue }
            branches = branches.flatMap { branch in
                elements.map { branch.merging([variable: $0]) { _, new in new } }
            }
        }
        return branches
    }

    private func append(_ values: [String: JSONValue], of template: PlanTemplate, to plan: inout Plan) {
        let names = (template.forEach ?? [:]).keys.sorted().compactMap { values[$0]?.string }
        let branch = names.joined(separator: " ")
        var evidence: [String: String] = [:]
        for step in template.steps {
            let name = "E\(plan.steps.count + 1)"
            evidence[step.id] = name
            let after = step.after ?? []
            plan.steps.append(
                Plan.Step(
                    name: name,
                    worker: step.worker,
                    action: step.action,
                    parameters: (step.parameters ?? .object([:])).filled(values, evidence),
                    after: after.compactMap { evidence[$0] },
                    need: step.need ?? after.count,
                    threshold: step.threshold ?? threshold,
                    branch: branch,
                    role: step.id
                )
            )
        }
        for check in template.checks ?? [] {
            plan.checks.append(
                Plan.Check(
                    says: check.says,
                    left: check.left.filled(values, evidence),
                    right: check.right.filled(values, evidence),
                    branch: branch
                )
            )
        }
    }
}

extension JSONValue {
    /// The document with `$name` replaced by values and `#id…` by the evidence's name.
    fileprivate func filled(_ values: [String: JSONValue], _ evidence: [String: String]) -> JSONValue {
        switch self {
        case .string(let text):
            if text.hasPrefix("$") { return values[String(text.dropFirst())] ?? .null }
            if let id = PlanTemplate.stepID(in: text), let name = evidence[id] {
                return .string("#" + name + text.dropFirst(1 + id.count))
            }
            return self
        case .array(let elements): return .array(elements.map { $0.filled(values, evidence) })
        case .object(let members): return .object(members.mapValues { $0.filled(values, evidence) })
        case .null, .bool, .integer, .number: return self
        }
    }
}
