/// Reads references at the start of a text.
enum ReferenceScanner {
    /// The reference that a text starts with, and what follows it; `nil` when it starts with none.
    static func reference(in text: Substring) -> (EvidenceReference, rest: Substring)? {
        guard text.first == "#" else { return nil }
        let body = text.dropFirst()
        if body.first == "{" {
            guard let end = body.firstIndex(of: "}"),
                let (name, path, rest) = parts(of: body[..<end].dropFirst(), isBraced: true), rest.isEmpty
            else { return nil }
            let behind = body[body.index(after: end)...]
            let written = String(text[..<behind.startIndex])
            return (EvidenceReference(evidence: name, path: path, description: written), behind)
        }
        guard let (name, path, rest) = parts(of: body, isBraced: false) else { return nil }
        let written = String(text[..<rest.startIndex])
        return (EvidenceReference(evidence: name, path: path, description: written), rest)
    }

    private static func parts(
        of text: Substring,
        isBraced: Bool
    ) -> (name: String, path: [EvidenceReference.Component], rest: Substring)? {
        guard text.first == "E" else { return nil }
        let digits = text.dropFirst().prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return nil }
        var rest = text.dropFirst(1 + digits.count)
        // `#E1st` and `#E1_a` are words.
        if let next = rest.first, next.isLetter || next.isNumber || next == "_" { return nil }
        var path: [EvidenceReference.Component] = []
        while let (component, behind) = component(rest, isBraced: isBraced) {
            path.append(component)
            rest = behind
        }
        return ("E" + digits, path, rest)
    }

    private static func component(
        _ text: Substring,
        isBraced: Bool
    ) -> (EvidenceReference.Component, rest: Substring)? {
        let body = text.dropFirst()
        switch text.first {
        case ".":
            let member = body.prefix {
                isBraced ? $0 != "." && $0 != "[" : $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-"
            }
            return member.isEmpty ? nil : (.member(String(member)), body.dropFirst(member.count))
        case "[":
            let digits = body.prefix { $0 != "]" }
            guard let index = Int(digits), index >= 0, body.dropFirst(digits.count).first == "]" else { return nil }
            return (.element(index), body.dropFirst(digits.count + 1))
        default: return nil
        }
    }
}
