package import JobModel

extension PlanTemplates {
    /// Makes the plan of a request; what it asks of which worker is checked by ``PlanChecker``.
    ///
    /// - Throws: ``JobFailure`` that names the parameter that is missing, unknown or impossible.
    package func plan(for request: OperationRequest) throws(JobFailure) -> Plan {
        if request.operationType == PlanTemplate.custom {
            return plan(try PlanTemplate.custom(request.parameters), [:])
        }
        guard let template = self[request.operationType] else {
            throw JobFailure(
                "unknown_operation_type",
                "there is no template for it; known are \(operationTypes.joined(separator: ", "))",
                field: "operation_type"
            )
        }
        return plan(template, try values(of: template, request.parameters))
    }

    private func plan(_ template: PlanTemplate, _ values: [String: JSONValue]) -> Plan {
        var plan = Plan(
            template: template.operationType,
            version: template.version,
            steps: [],
            checks: [],
            threshold: template.threshold
        )
        for branch in Self.branches(template, values) { append(branch, of: template, to: &plan) }
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
        if let type = types[rule.type] {
            do throws(JobFailure) {
                return try type(value)
            } catch {
                throw JobFailure(error.code, error.message, field: field)
            }
        }
        var schema = JSONSchema()
        schema.kinds = JSONSchema.Kind(rawValue: rule.type).map { [$0] } ?? []
        schema.choices = rule.choices ?? []
        schema.minimum = rule.minimum.map(Double.init)
        schema.maximum = rule.maximum.map(Double.init)
        if let defect = schema.defects(in: value, at: field).first {
            throw JobFailure("invalid_parameters", defect.message, field: defect.field)
        }
        return value
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
        for step in template.steps where step.isWanted(values) {
            let name = "E\(plan.steps.count + 1)"
            evidence[step.id] = name
            // A step that the conditions left out is not waited for.
            let after = (step.after ?? []).compactMap { evidence[$0] }
            plan.steps.append(
                Plan.Step(
                    name: name,
                    worker: step.worker,
                    action: step.action,
                    parameters: (step.parameters ?? .object([:])).filled(values, evidence),
                    after: after,
                    need: min(step.need ?? after.count, after.count),
                    threshold: step.threshold ?? threshold,
                    timeoutSeconds: step.timeoutSeconds,
                    auditRate: step.auditRate ?? auditRate,
                    branch: branch,
                    role: step.id
                )
            )
        }
        for check in template.checks ?? [] where check.isAbout(evidence) {
            plan.checks.append(
                Plan.Check(
                    says: check.says,
                    left: check.left.filled(values, evidence),
                    right: check.right.filled(values, evidence),
                    branch: branch,
                    verifies: (check.verifies ?? []).compactMap { evidence[$0] }
                )
            )
        }
    }
}

extension PlanTemplate.Step {
    /// Whether its conditions hold.
    fileprivate func isWanted(_ values: [String: JSONValue]) -> Bool {
        let isGiven = { (name: String) in values[String(name.dropFirst())]?.isPresent == true }
        return when.map(isGiven) != false && unless.map(isGiven) != true
    }
}

extension PlanTemplate.Check {
    /// Whether all the steps that it names are in the plan.
    fileprivate func isAbout(_ evidence: [String: String]) -> Bool {
        (left.strings + right.strings).compactMap(PlanTemplate.stepID).allSatisfy { evidence[$0] != nil }
    }
}
