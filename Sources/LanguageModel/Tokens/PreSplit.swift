/// How a tokenizer cuts a text into pieces before it merges bytes: tiktoken's patterns, written as scanners.
///
/// The patterns are those of tiktoken's `openai_public.py`; each alternative of a pattern is tried in its order.
package enum PreSplit: String, Sendable, CaseIterable {
    /// GPT-3.5 and GPT-4.
    case cl100kBase = "cl100k_base"
    /// GPT-4o and later.
    case o200kBase = "o200k_base"

    /// Calls `body` with the byte range of each piece; together they cover the text.
    func forEachPiece(of text: String, _ body: (Range<Int>) -> Void) {
        let characters = ScannedText(text)
        var place = 0
        while place < characters.count {
            let end =
                switch self {
                case .cl100kBase: characters.pieceEnd100k(place)
                case .o200kBase: characters.pieceEnd200k(place)
                }
            body(characters.offsets[place]..<characters.offsets[end])
            place = end
        }
    }

    /// The pieces of a text.
    package func pieces(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        var pieces: [String] = []
        forEachPiece(of: text) { pieces.append(String(decoding: bytes[$0], as: UTF8.self)) }
        return pieces
    }
}

/// A text's characters, each with its class and the place of its first byte.
struct ScannedText {
    /// The place of each character's first byte, and one more for the end.
    let offsets: [Int]
    let classes: [CharacterClass]
    private let scalars: [Unicode.Scalar]

    init(_ text: String) {
        var offsets: [Int] = []
        var classes: [CharacterClass] = []
        var scalars: [Unicode.Scalar] = []
        offsets.reserveCapacity(text.utf8.count + 1)
        classes.reserveCapacity(text.utf8.count)
        scalars.reserveCapacity(text.utf8.count)
        var offset = 0
        for scalar in text.unicodeScalars {
            offsets.append(offset)
            classes.append(CharacterClass(scalar))
            scalars.append(scalar)
            offset += UTF8.width(scalar)
        }
        offsets.append(offset)
        self.offsets = offsets
        self.classes = classes
        self.scalars = scalars
    }

    var count: Int { classes.count }

    /// The end of the run of characters from `place` on that `belongs` accepts.
    func runEnd(_ place: Int, _ belongs: (CharacterClass) -> Bool) -> Int {
        var end = place
        while end < count, belongs(classes[end]) { end += 1 }
        return end
    }

    func isScalar(_ place: Int, _ scalar: Unicode.Scalar) -> Bool { place < count && scalars[place] == scalar }

    /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at a place; `nil` where there is none.
    func contractionEnd(_ place: Int) -> Int? {
        guard isScalar(place, "'"), place + 1 < count else { return nil }
        switch folded(place + 1) {
        case "s", "d", "m", "t": return place + 2
        case "l": return folded(place + 2) == "l" ? place + 3 : nil
        case "v", "r": return folded(place + 2) == "e" ? place + 3 : nil
        default: return nil
        }
    }

    /// The character by simple case folding, as far as contractions need it: the long s folds to s.
    private func folded(_ place: Int) -> Unicode.Scalar? {
        guard place < count else { return nil }
        let scalar = scalars[place]
        switch scalar.value {
        case 0x41...0x5a: return Unicode.Scalar(scalar.value + 0x20)
        case 0x17f: return "s"
        default: return scalar
        }
    }

    /// The end of a run of white space's first piece: up to its last line end, else all but the blank before a word.
    func spaceEnd(_ place: Int) -> Int {
        let end = runEnd(place) { $0.isSpace }
        if let lineEnd = classes[place..<end].lastIndex(of: .lineEnd) { return lineEnd + 1 }
        return end == count || end == place + 1 ? end : end - 1
    }
}

extension ScannedText {
    /// The end of the piece at a place, by cl100k_base's pattern.
    func pieceEnd100k(_ place: Int) -> Int {
        if let end = contractionEnd(place) { return end }
        let first = classes[place]
        if first.isLetter { return runEnd(place) { $0.isLetter } }
        if first.isLead, place + 1 < count, classes[place + 1].isLetter { return runEnd(place + 1) { $0.isLetter } }
        if first == .number { return min(place + 3, runEnd(place) { $0 == .number }) }
        let others = isScalar(place, " ") ? place + 1 : place
        let end = runEnd(others) { $0.isOther }
        if end > others { return runEnd(end) { $0 == .lineEnd } }
        // Unlike o200k_base, white space at the very end is one piece, whatever line ends are in it.
        let run = runEnd(place) { $0.isSpace }
        return run == count ? run : spaceEnd(place)
    }
}

extension ScannedText {
    /// The end of the piece at a place, by o200k_base's pattern.
    func pieceEnd200k(_ place: Int) -> Int {
        let starts = classes[place].isLead ? [place + 1, place] : [place]
        for start in starts {
            if let end = lowerWordEnd(start) { return contractionEnd(end) ?? end }
        }
        for start in starts {
            let end = runEnd(start, Self.isUpper)
            if end > start { return contractionEnd(end) ?? end }
        }
        if classes[place] == .number { return min(place + 3, runEnd(place) { $0 == .number }) }
        let others = isScalar(place, " ") ? place + 1 : place
        var end = runEnd(others) { $0.isOther }
        guard end > others else { return spaceEnd(place) }
        while end < count, classes[end] == .lineEnd || isScalar(end, "/") { end += 1 }
        return end
    }

    /// The end of `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`; `nil` where it does not match.
    ///
    /// The two classes share the letters without case and the marks: where no lower-case letter follows, the first part
    /// gives back up to the last of those, as a backtracking matcher does.
    private func lowerWordEnd(_ start: Int) -> Int? {
        let upperEnd = runEnd(start, Self.isUpper)
        let end = runEnd(upperEnd, Self.isLower)
        if end > upperEnd { return end }
        return classes[start..<upperEnd].lastIndex(where: Self.isLower).map { $0 + 1 }
    }

    private static func isUpper(_ kind: CharacterClass) -> Bool {
        kind == .upper || kind == .otherLetter || kind == .mark
    }

    private static func isLower(_ kind: CharacterClass) -> Bool {
        kind == .lower || kind == .otherLetter || kind == .mark
    }
}
