/// A reference from a step's parameters to an earlier step's result: `#E1`, `#E1.files`, `#E1.files[0].path`.
///
/// A reference stands alone in a string: `"#E1.files"` becomes the value itself, of whatever type. A string that merely
/// contains one in the middle of other text is left as it is, because the result of a substitution there would depend
/// on how a value is written as text.
package struct EvidenceReference: Hashable, Sendable, CustomStringConvertible {
    /// One step along the path.
    package enum Component: Hashable, Sendable {
        /// A member of an object.
        case member(String)
        /// An element of an array.
        case element(Int)
    }

    /// The evidence's name, such as `E1`.
    package let evidence: String
    /// The way from its result to the value.
    package let path: [Component]
    /// The reference as it was written.
    package let description: String

    /// Reads a reference; `nil` for a text that is none.
    package init?(_ text: String) {
        guard text.hasPrefix("#E") else { return nil }
        var rest = text.dropFirst()
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard name.count > 1, name.dropFirst().allSatisfy(\.isNumber) else { return nil }
        rest = rest.dropFirst(name.count)
        var path: [Component] = []
        while let mark = rest.first {
            rest = rest.dropFirst()
            if mark == "." {
                let member = rest.prefix { $0 != "." && $0 != "[" }
                guard !member.isEmpty else { return nil }
                path.append(.member(String(member)))
                rest = rest.dropFirst(member.count)
            } else if mark == "[" {
                let digits = rest.prefix { $0 != "]" }
                guard let index = Int(digits), index >= 0, rest.dropFirst(digits.count).first == "]" else { return nil }
                path.append(.element(index))
                rest = rest.dropFirst(digits.count + 1)
            } else {
                return nil
            }
        }
        evidence = String(name)
        self.path = path
        description = text
    }

    /// The value that the path leads to; `nil` when it leads nowhere.
    package func value(in result: JSONValue) -> JSONValue? {
        var value = result
        for component in path {
            let next: JSONValue? =
                switch component {
                case .member(let name): value[name]
                case .element(let index): value[index]
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}

extension JSONValue {
    /// All references in the document, at any depth.
    package var references: Set<EvidenceReference> {
        switch self {
        case .string(let text): EvidenceReference(text).map { [$0] } ?? []
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
        case .string(let text):
            guard let reference = EvidenceReference(text) else { return self }
            guard let result = evidence[reference.evidence] else {
                throw JobFailure(
                    "unresolved_reference",
                    "\(reference) names evidence that this step does not have",
                    field: reference.description
                )
            }
            guard let value = reference.value(in: result) else {
                throw JobFailure(
                    "unresolved_reference",
                    "\(reference) leads to nothing in the result of \(reference.evidence)",
                    field: reference.description
                )
            }
            return value
        case .array(let elements):
            var resolved: [JSONValue] = []
            for element in elements { resolved.append(try element.resolving(evidence)) }
            return .array(resolved)
        case .object(let members):
            var resolved: [String: JSONValue] = [:]
            for (name, member) in members { resolved[name] = try member.resolving(evidence) }
            return .object(resolved)
        case .null, .bool, .integer, .number: return self
        }
    }
}
