import JobModel

/// An action in one line for a prompt: its name, parameters and result, without what a planner does not need.
enum ActionSignature {
    /// The line.
    ///
    /// Such as `download(county: text, year: integer, force?: boolean) → {file: {path, rows}}: Fetches one roll.`
    static func text(worker: String, _ action: ActionDescription) -> String {
        let parameters = action.parameters.properties.map { property in
            "\(property.name)\(property.isRequired ? "" : "?"): \(type(property.schema, depth: 1))"
        }
        let taken = parameters.isEmpty && action.parameters != .object([]) ? "…" : parameters.joined(separator: ", ")
        let result = type(action.result, depth: 2)
        return "\(worker).\(action.name)(\(taken)) → \(result): \(action.summary)"
    }

    private static func type(_ schema: JSONSchema, depth: Int) -> String {
        if !schema.choices.isEmpty {
            let shown = schema.choices.prefix(8).map { $0.string ?? JSONText.encode($0) }.joined(separator: "|")
            return schema.choices.count > 8 ? shown + "|…" : shown
        }
        switch schema.kinds.first(where: { $0 != .null }) {
        case .array?:
            guard case .each(let element) = schema.elements else { return "list" }
            return "[\(type(element, depth: depth - 1))]"
        case .object?:
            guard depth > 0, !schema.properties.isEmpty else { return "object" }
            let members = schema.properties.map { property in
                let inner = type(property.schema, depth: depth - 1)
                return inner.hasPrefix("{") || inner.hasPrefix("[") ? "\(property.name): \(inner)" : property.name
            }
            return "{\(members.joined(separator: ", "))}"
        case .string?: return "text"
        case .some(let kind): return kind.rawValue
        case nil: return "any"
        }
    }
}
