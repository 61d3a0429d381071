extension JSONValue {
    /// All references in the document, at any depth.
    package var references: Set<EvidenceReference> {
        switch self {
        case .string(let text):
            EvidenceText(text).pieces.reduce(into: []) { found, piece in
                if case .reference(let reference) = piece { found.insert(reference) }
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.references) }
        case .object(let members): members.values.reduce(into: []) { $0.formUnion($1.references) }
        case .null, .bool, .integer, .number: []
        }
    }

    /// The document with every reference replaced by its value.
    ///
    /// - Throws: a ``JobFailure`` that names the first reference that leads nowhere.
    package func resolving(_ evidence: [String: JSONValue]) throws(JobFailure) -> JSONValue {
        switch self {
        case .string(let text): return try Self.resolve(text, evidence)
        case .array(let elements):
            var resolved: [JSONValue] = []
            for element in elements { resolved.append(try element.resolving(evidence)) }
            return .array(resolved)
        case .object(let members):
            var resolved: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                resolved[name] = try member.resolving(evidence)
            }
            return .object(resolved)
        case .null, .bool, .integer, .number: return self
        }
    }

    /// The document in a form that ``resolving(_:)`` turns into this one, whatever its texts look like.
    ///
    /// Values that a caller gave pass through a plan in this form: a company named `#E1` is a name, not a reference.
    package var escapingReferences: JSONValue {
        switch self {
        case .string(let text): .string(EvidenceText.escaping(text))
        case .array(let elements): .array(elements.map(\.escapingReferences))
        case .object(let members): .object(members.mapValues(\.escapingReferences))
        case .null, .bool, .integer, .number: self
        }
    }

    private static func resolve(_ text: String, _ evidence: [String: JSONValue]) throws(JobFailure) -> JSONValue {
        guard text.contains("#") else { return .string(text) }
        let pieces = EvidenceText(text).pieces
        if pieces.count == 1, case .reference(let reference) = pieces[0] {
            return try reference.resolved(evidence)
        }
        var composed = ""
        for piece in pieces {
            switch piece {
            case .plain(let plain): composed += plain
            case .reference(let reference):
                let value = try reference.resolved(evidence)
                do {
                    composed += try value.string ?? value.encoded
                } catch {
                    throw JobFailure(
                        "unresolved_reference",
                        "\(reference) cannot be written as text",
                        field: reference.description
                    )
                }
            }
        }
        return .string(composed)
    }
}

extension EvidenceReference {
    fileprivate func resolved(_ evidence: [String: JSONValue]) throws(JobFailure) -> JSONValue {
        guard let result = evidence[self.evidence] else {
            throw JobFailure(
                "unresolved_reference",
                "\(self) names evidence that this step does not have",
                field: description
            )
        }
        guard let value = value(in: result) else {
            throw JobFailure(
                "unresolved_reference",
                "\(self) leads to nothing in the result of \(self.evidence)",
                field: description
            )
        }
        return value
    }
}
