extension JSONSchema {
    /// Everything in a document that the schema does not accept, each with its path.
    ///
    /// - Parameters:
    ///   - document: what is held against the schema.
    ///   - path: the document's own path, put before those of its fields.
    ///   - references: whether a string that is a reference to evidence (`#E1.rows`) passes for any value, because its
    ///     value is known only when the step runs.
    /// - Returns: the defects, in the order of the document; empty when it is accepted.
    public func defects(
        in document: JSONValue,
        at path: String = "",
        references: Bool = false
    ) -> [FieldDefect] {
        if references, let text = document.string, EvidenceReference(text) != nil { return [] }
        guard kinds.isEmpty || kinds.contains(where: { $0.accepts(document) }) else {
            return [FieldDefect(path, "must be \(expectation)")]
        }
        if !choices.isEmpty, !choices.contains(document) {
            let known = choices.compactMap { try? $0.encoded }.joined(separator: ", ")
            return [FieldDefect(path, "must be one of \(known)")]
        }
        switch document {
        case .integer, .number: return bounds(document.double ?? 0, path)
        case .string(let text):
            if references, EvidenceReference.isContained(in: text) { return [] }
            return bounds(Double(text.count), path, unit: "characters")
        case .array(let elements):
            return bounds(Double(elements.count), path, unit: "elements")
                + elements.enumerated().flatMap { position, element in
                    nested(self.elements, element, "\(path)[\(position)]", references)
                }
        case .object(let members): return defects(of: members, path, references)
        case .null, .bool: return []
        }
    }

    private func defects(of members: [String: JSONValue], _ path: String, _ references: Bool) -> [FieldDefect] {
        let prefix = path.isEmpty ? "" : path + "."
        var defects: [FieldDefect] = []
        var known: Set<String> = []
        for property in properties {
            known.insert(property.name)
            switch members[property.name] {
            case nil:
                if property.isRequired { defects.append(FieldDefect(prefix + property.name, "is missing")) }
            case .null? where !property.isRequired: break
            case let value?:
                defects += property.schema.defects(in: value, at: prefix + property.name, references: references)
            }
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where !known.contains(name) {
            if case .nothing = otherMembers {
                let names = properties.map(\.name).joined(separator: ", ")
                defects.append(
                    FieldDefect(prefix + name, names.isEmpty ? "is unknown" : "is unknown; known are \(names)")
                )
            } else {
                defects += nested(otherMembers, value, prefix + name, references)
            }
        }
        return defects
    }

    private func nested(_ nested: Nested, _ value: JSONValue, _ path: String, _ references: Bool) -> [FieldDefect] {
        switch nested {
        case .anything: []
        case .nothing: [FieldDefect(path, "must not be there")]
        case .each(let schema): schema.defects(in: value, at: path, references: references)
        }
    }

    private func bounds(_ size: Double, _ path: String, unit: String? = nil) -> [FieldDefect] {
        let isInside = size >= (minimum ?? -.infinity) && size <= (maximum ?? .infinity)
        return isInside ? [] : [FieldDefect(path, "must be \(unit.map { range($0) } ?? expectation)")]
    }

    /// The accepted types and range in words, such as `a whole number from 1 to 5`.
    private var expectation: String {
        let names = kinds.map(\.noun).joined(separator: " or ")
        let isNumeric = kinds.contains(.integer) || kinds.contains(.number)
        return isNumeric && (minimum != nil || maximum != nil) ? names + range(nil) : names
    }

    private func range(_ unit: String?) -> String {
        func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }
        let suffix = unit.map { " \($0)" } ?? ""
        return switch (minimum, maximum) {
        case (let low?, let high?): (unit == nil ? " " : "") + "from \(text(low)) to \(text(high))\(suffix)"
        case (let low?, nil): (unit == nil ? " of " : "") + "at least \(text(low))\(suffix)"
        case (nil, let high?): (unit == nil ? " of " : "") + "at most \(text(high))\(suffix)"
        case (nil, nil): ""
        }
    }
}

extension JSONSchema.Kind {
    /// Whether a value is of this type; a whole number is also one written as `2.0`.
    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.string, .string), (.array, .array), (.object, .object): true
        case (.number, .integer), (.number, .number), (.integer, .integer): true
        case (.integer, .number): value.int != nil
        default: false
        }
    }

    fileprivate var noun: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
