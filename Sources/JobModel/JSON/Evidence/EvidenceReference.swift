/// A reference from a step's parameters to an earlier step's result: `#E1`, `#E1.files`, `#E1.files[0].path`.
///
/// Alone in a string it becomes the value itself, of whatever type. Within other text (`"#E1.count of #E2.total"`)
/// each one becomes the text of its value: strings as they are, everything else as JSON. Its members are letters,
/// digits, `_` and `-`; in braces they may have any character but `.`, `[` and `}`, and text may follow at once:
/// `#{E1.first name}s`. `##E1` stands for the text `#E1`.
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

    init(evidence: String, path: [Component], description: String) {
        self.evidence = evidence
        self.path = path
        self.description = description
    }

    /// Reads a string that is one reference and nothing else; `nil` for any other.
    package init?(_ text: String) {
        guard let (reference, rest) = ReferenceScanner.reference(in: text[...]), rest.isEmpty else { return nil }
        self = reference
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

    /// Whether a text holds a reference, alone or within other text.
    package static func isContained(in text: String) -> Bool {
        EvidenceText(text).pieces.contains { if case .reference = $0 { true } else { false } }
    }
}
