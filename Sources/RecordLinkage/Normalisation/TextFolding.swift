/// Folds text to lower-case words of plain letters and digits.
///
/// Accents of Latin letters go, other scripts stay as UTF-8. Apostrophes and the periods of initials join what they
/// stand between; every other mark separates words; `&` becomes `and`.
enum TextFolding {
    /// Appends the folded words to `output`, one space between two of them.
    static func fold(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte < 0x80 else {
                index += foldScalar(text, at: index, into: &output)
                continue
            }
            index += 1
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): output.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): output.append(byte | 0x20)
            case UInt8(ascii: "'"), UInt8(ascii: "`"): break
            case UInt8(ascii: "."):
                // The period within `S.A.` joins letters, any other ends a word.
                if !joinsInitials(text, at: index - 1) { separate(&output) }
            case UInt8(ascii: "&"):
                separate(&output)
                output.append(contentsOf: "and ".utf8)
            default: separate(&output)
            }
        }
        if output.last == space { output.removeLast() }
    }

    static let space = UInt8(ascii: " ")

    private static func separate(_ output: inout [UInt8]) {
        if let last = output.last, last != space { output.append(space) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a }

    /// Whether a period stands between two single letters.
    private static func joinsInitials(_ text: UnsafeBufferPointer<UInt8>, at period: Int) -> Bool {
        func letter(_ index: Int) -> Bool { text.indices.contains(index) && isLetter(text[index]) }
        return letter(period - 1) && !letter(period - 2) && letter(period + 1) && !letter(period + 2)
    }

    /// Folds a character outside ASCII, and answers its length in bytes.
    private static func foldScalar(
        _ text: UnsafeBufferPointer<UInt8>,
        at index: Int,
        into output: inout [UInt8]
    ) -> Int {
        let lead = text[index]
        let length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
        guard length > 1, index + length <= text.count else { return 1 }
        var value = UInt32(lead) & (0xff >> UInt32(length + 1))
        for byte in text[(index + 1)..<(index + length)] { value = value << 6 | UInt32(byte & 0x3f) }
        switch value {
        case 0xc6, 0xe6: output.append(contentsOf: "ae".utf8)
        case 0xdf: output.append(contentsOf: "ss".utf8)
        case 0xde, 0xfe: output.append(contentsOf: "th".utf8)
        case 0xd7, 0xf7, 0x80...0xbf, 0x2000...0x2018, 0x201a...0x206f: separate(&output)
        case 0xc0...0x17f: output.append(latin[Int(value) - 0xc0])
        case 0x300...0x36f, 0x2019, 0xfffd: break
        default:
            let lower = Unicode.Scalar(value)?.properties.lowercaseMapping ?? ""
            output.append(contentsOf: lower.utf8)
        }
        return length
    }

    /// The plain letters of U+00C0 to U+017F.
    private static let latin: [UInt8] = {
        let supplement = "aaaaaaaceeeeiiiidnooooo ouuuuyt" + "saaaaaaaceeeeiiiidnooooo ouuuuyty"
        let extended: [(Character, Int)] = [
            ("a", 6), ("c", 8), ("d", 4), ("e", 10), ("g", 8), ("h", 4), ("i", 12), ("j", 2), ("k", 3), ("l", 10),
            ("n", 9), ("o", 8), ("r", 6), ("s", 8), ("t", 6), ("u", 12), ("w", 2), ("y", 3), ("z", 6), ("s", 1),
        ]
        return Array((supplement + extended.map { String(repeating: $0.0, count: $0.1) }.joined()).utf8)
    }()
}
