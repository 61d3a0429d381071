/// What the tokenizers' pre-split patterns tell apart: the general category of a character, reduced.
enum CharacterClass: UInt8 {
    /// `\p{Lu}` and `\p{Lt}`.
    case upper
    /// `\p{Ll}`.
    case lower
    /// `\p{Lm}` and `\p{Lo}`: letters without case.
    case otherLetter
    /// `\p{M}`.
    case mark
    /// `\p{N}`.
    case number
    /// `\r` and `\n`.
    case lineEnd
    /// Every other `\s`.
    case space
    /// The rest.
    case other

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x0a, 0x0d: self = .lineEnd
        case 0x09, 0x0b, 0x0c, 0x20: self = .space
        case 0x30...0x39: self = .number
        case 0x41...0x5a: self = .upper
        case 0x61...0x7a: self = .lower
        case 0..<0x80: self = .other
        default:
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .titlecaseLetter: self = .upper
            case .lowercaseLetter: self = .lower
            case .modifierLetter, .otherLetter: self = .otherLetter
            case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
            case .decimalNumber, .letterNumber, .otherNumber: self = .number
            default: self = scalar.properties.isWhitespace ? .space : .other
            }
        }
    }

    /// `\p{L}`.
    var isLetter: Bool { self == .upper || self == .lower || self == .otherLetter }
    /// `\s`.
    var isSpace: Bool { self == .space || self == .lineEnd }
    /// `[^\s\p{L}\p{N}]`.
    var isOther: Bool { self == .other || self == .mark }
    /// `[^\r\n\p{L}\p{N}]`: what may stand before a word and belong to it.
    var isLead: Bool { isOther || self == .space }
}
