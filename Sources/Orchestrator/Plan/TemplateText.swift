import JobModel

/// References by the ids of a template's steps, within texts.
enum TemplateText {
    /// The text with the ids of references (`#id.path`, `#{id.path}`) replaced by evidence names.
    static func rewriting(_ text: String, _ evidence: [String: String]) -> String {
        guard text.contains("#") else { return text }
        var written = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "#") {
            written += rest[...mark]
            rest = rest[rest.index(after: mark)...]
            if rest.first == "#" {
                // An escaped mark: what follows it is text.
                written += "#"
                rest = rest.dropFirst()
                continue
            }
            if rest.first == "{" {
                written += "{"
                rest = rest.dropFirst()
            }
            let id = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
            written += evidence[String(id)] ?? String(id)
            rest = rest.dropFirst(id.count)
        }
        return written + rest
    }
}

extension JSONValue {
    /// The ids, among these, that texts of the document refer to.
    func stepIDs(among ids: Set<String>) -> Set<String> {
        var found: Set<String> = []
        for text in strings where text.contains("#") {
            let names = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, "E\($0 + 1)") })
            let references = JSONValue.string(TemplateText.rewriting(text, names)).references
            for (id, name) in names where references.contains(where: { $0.evidence == name }) { found.insert(id) }
        }
        return found
    }

    /// The document with `$name` replaced by values and `#id…` by the evidence's name.
    ///
    /// The values pass escaped: what looks like a reference in what a caller gave is text.
    func filled(_ values: [String: JSONValue], _ evidence: [String: String]) -> JSONValue {
        switch self {
        case .string(let text):
            if text.hasPrefix("$"), let value = values[String(text.dropFirst())] { return value.escapingReferences }
            return .string(TemplateText.rewriting(text, evidence))
        case .array(let elements): return .array(elements.map { $0.filled(values, evidence) })
        case .object(let members): return .object(members.mapValues { $0.filled(values, evidence) })
        case .null, .bool, .integer, .number: return self
        }
    }

    /// Whether a condition on it holds: neither null nor false nor empty.
    var isPresent: Bool {
        switch self {
        case .null, .bool(false), .string(""), .array([]): false
        case .object(let members): !members.isEmpty
        default: true
        }
    }
}
