/// A text taken apart into plain pieces and references to evidence.
struct EvidenceText {
    enum Piece: Hashable {
        case plain(String)
        case reference(EvidenceReference)
    }

    private(set) var pieces: [Piece] = []

    init(_ text: String) {
        var plain = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "#") {
            plain += rest[..<mark]
            rest = rest[mark...]
            if rest.dropFirst().first == "#", Self.isEscapable(rest.dropFirst()) {
                // One of the marks is the escape; the other, and what follows, is text.
                plain += "#"
                rest = rest.dropFirst(2)
            } else if let (reference, behind) = ReferenceScanner.reference(in: rest) {
                if !plain.isEmpty { pieces.append(.plain(plain)) }
                plain = ""
                pieces.append(.reference(reference))
                rest = behind
            } else {
                plain += "#"
                rest = rest.dropFirst()
            }
        }
        plain += rest
        if !plain.isEmpty || pieces.isEmpty { pieces.append(.plain(plain)) }
    }

    /// The text in a form that stands for itself: each mark that an escape could follow from is doubled.
    static func escaping(_ text: String) -> String {
        var escaped = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "#") {
            escaped += rest[..<mark]
            rest = rest[mark...]
            escaped += isEscapable(rest) ? "##" : "#"
            rest = rest.dropFirst()
        }
        return escaped + rest
    }

    /// Whether the text is a run of marks with what may be a reference behind it.
    private static func isEscapable(_ text: Substring) -> Bool {
        let body = text.drop { $0 == "#" }
        if body.first == "{" { return true }
        guard body.first == "E", let digit = body.dropFirst().first else { return false }
        return digit.isASCII && digit.isNumber
    }
}
