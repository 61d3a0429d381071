import JobModel

/// Who changes an escalation, and the version that they saw.
struct Review {
    let version: Int
    let reviewer: String

    /// Takes the two fields out of a body; where they are wrong, the reader knows and the values are of no use.
    init(_ reader: inout FieldReader) {
        version = reader.integer("version", required: true, 1...Int.max) ?? 0
        reviewer = Self.reviewer(&reader)
    }

    /// Takes the reviewer's name out of a body.
    static func reviewer(_ reader: inout FieldReader) -> String {
        let rule = "must be a string of 1 to 100 bytes without control characters"
        return reader.take("reviewer", required: true, rule) { value in
            value.string.flatMap { name in
                (1...100).contains(name.utf8.count) && !name.utf8.contains { $0 < 32 } ? name : nil
            }
        } ?? ""
    }
}

extension Decision {
    private enum Word: String, CaseIterable {
        case approve, reject, override, retry
    }

    /// Takes a decision and its fields out of a body; `nil` where they are wrong, and the reader knows why.
    init?(_ reader: inout FieldReader) {
        let word = reader.word("decision", required: true, Word.self)
        let value = reader.take("value", "") { $0 }
        let parameters = reader.object("parameters")
        let guidance = reader.string("guidance", bytes: 1...10_000)
        if word != nil, word != .override, value != nil { reader.note("value", "belongs to override only") }
        if word != nil, word != .retry {
            if parameters != nil { reader.note("parameters", "belongs to retry only") }
            if guidance != nil { reader.note("guidance", "belongs to retry only") }
        }
        switch word {
        case .approve: self = .approve
        case .reject: self = .reject
        case .retry: self = .retry(parameters: parameters.map(JSONValue.object), guidance: guidance)
        case .override:
            guard let value else {
                reader.note("value", "is missing: override takes the result that is to stand")
                return nil
            }
            self = .override(value)
        case nil: return nil
        }
    }
}
