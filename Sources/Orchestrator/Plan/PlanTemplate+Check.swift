import JobModel

extension PlanTemplate {
    /// The types of parameters that every deployment knows.
    static let builtInTypes: Set<String> = ["integer", "number", "string", "boolean", "object", "array", "any"]

    /// What is wrong beyond the form of the document: unknown types, names and references.
    func defects(types: Set<String>) -> [FieldDefect] {
        var found: [FieldDefect] = []
        for (name, parameter) in parameters.sorted(by: { $0.key < $1.key })
        where !types.union(Self.builtInTypes).contains(parameter.type) {
            let known = types.union(Self.builtInTypes).sorted().joined(separator: ", ")
            found.append(FieldDefect("parameters.\(name).type", "\(parameter.type) is no type; known are \(known)"))
        }
        for (variable, list) in (forEach ?? [:]).sorted(by: { $0.key < $1.key }) where parameters[list]?.list != true {
            found.append(FieldDefect("for_each.\(variable)", "\(list) is no list parameter"))
        }
        let variables = Set(parameters.keys).union((forEach ?? [:]).keys)
        var earlier: Set<String> = []
        for step in steps {
            found += defects(of: step, earlier, variables)
            if !earlier.insert(step.id).inserted {
                found.append(FieldDefect("steps.\(step.id)", "two steps have this id"))
            }
        }
        for (number, check) in (checks ?? []).enumerated() {
            for text in check.left.strings + check.right.strings {
                if let id = Self.stepID(in: text), !earlier.contains(id) {
                    found.append(FieldDefect("checks[\(number)]", "\(text) refers to no step"))
                }
            }
            for id in check.verifies ?? [] where !earlier.contains(id) {
                found.append(FieldDefect("checks[\(number)].verifies", "\(id) is no step"))
            }
        }
        return found
    }

    private func defects(of step: Step, _ earlier: Set<String>, _ variables: Set<String>) -> [FieldDefect] {
        let place = "steps.\(step.id)"
        var found: [FieldDefect] = []
        let after = step.after ?? []
        for parent in after where !earlier.contains(parent) {
            found.append(FieldDefect("\(place).after", "\(parent) is no earlier step"))
        }
        if let need = step.need, !(1...max(1, after.count)).contains(need) {
            found.append(FieldDefect("\(place).need", "must be from 1 to the number of steps that it waits for"))
        }
        for (field, condition) in [("when", step.when), ("unless", step.unless)] {
            guard let condition else { continue }
            if condition.first != "$" || !variables.contains(String(condition.dropFirst())) {
                found.append(FieldDefect("\(place).\(field)", "\(condition) is no $parameter or $variable"))
            }
        }
        for text in step.parameters?.strings ?? [] {
            if operationType != Self.custom, text.hasPrefix("$"), !variables.contains(String(text.dropFirst())) {
                found.append(FieldDefect("\(place).parameters", "\(text) is no parameter or variable"))
            }
            if let id = Self.stepID(in: text), !after.contains(id) {
                let message = "\(text) refers to a step that it does not wait for"
                found.append(FieldDefect("\(place).parameters", message))
            }
        }
        return found
    }

    /// The id in a text that starts as a template's reference does, `#id.path`.
    static func stepID(in text: String) -> String? {
        guard text.hasPrefix("#"), !text.hasPrefix("##"), !text.hasPrefix("# ") else { return nil }
        let body = text.dropFirst(text.hasPrefix("#{") ? 2 : 1)
        return String(body.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
    }
}

extension JSONValue {
    /// Every string in the document.
    var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.strings)
        case .object(let members): members.values.flatMap(\.strings)
        case .null, .bool, .integer, .number: []
        }
    }
}
