/// How a file of records differs from RFC 4180: other separators than commas, and spaces around quotes.
///
/// What `name, "address, with a comma" ,city` means is clear to people and to spreadsheets; it is rewritten as the standard
/// has it before it is read.
struct RecordDialect {
    private let separator: UInt8
    /// Whether pieces must be rewritten at all.
    private let isForeign: Bool
    private var state = State.start
    private var spaces = 0
    /// Whether a plain field has just had a carriage return that is not written yet.
    private var hasReturn = false
    /// Where another byte separates, a comma is a part of its field, which is quoted for the reader's sake.
    private var quotesFields: Bool { separator != Self.comma }
    /// Whether the field that is being written has such a quote before it.
    private var isOpen = false

    private enum State {
        case start
        case plain
        case quoted
        /// Behind a quote that may be the first of two.
        case closed
    }

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")
    private static let space = UInt8(ascii: " ")
    private static let feed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Looks at the first piece of a file: the header says what separates its fields.
    init(_ piece: UnsafeRawBufferPointer) {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in piece {
            if byte == Self.quote { isQuoted.toggle() }
            if byte == Self.feed, !isQuoted { break }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        let candidates = [Self.comma, UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]
        // The first of the most frequent ones: the comma where there is one column only.
        separator = candidates.reduce(Self.comma) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
        isForeign = separator != Self.comma || Self.hasSpacedQuote(piece)
    }

    /// The piece as the standard has it; nil where it is that already.
    mutating func translate(_ piece: UnsafeRawBufferPointer) -> [UInt8]? {
        guard isForeign else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(piece.count + 8)
        for byte in piece { take(byte, into: &output) }
        return output
    }

    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) {
        switch state {
        case .quoted:
            output.append(byte)
            if byte == Self.quote { state = .closed }
            return
        case .closed where byte == Self.quote:
            output.append(byte)
            state = .quoted
            return
        case .closed where byte == Self.space:
            return
        case .start where byte == Self.space:
            spaces += 1
            return
        case .start where byte == Self.quote:
            spaces = 0
            output.append(byte)
            state = .quoted
            return
        case .plain where byte == Self.carriageReturn:
            // A part of the line's end, or of the field: the next byte tells.
            hasReturn = true
            return
        case .start, .closed, .plain:
            break
        }
        let isEnd = byte == separator || byte == Self.feed
        if state == .start {
            let begins = quotesFields && !isEnd && byte != Self.carriageReturn
            if begins {
                output.append(Self.quote)
                isOpen = true
            }
            output.append(contentsOf: repeatElement(Self.space, count: spaces))
        }
        spaces = 0
        if isEnd {
            end(of: byte, into: &output)
        } else {
            if hasReturn { output.append(Self.carriageReturn) }
            hasReturn = false
            if isOpen, byte == Self.quote { output.append(byte) }
            output.append(byte)
            state = byte == Self.carriageReturn ? state : .plain
        }
    }

    private mutating func end(of byte: UInt8, into output: inout [UInt8]) {
        if isOpen {
            if hasReturn, byte != Self.feed { output.append(Self.carriageReturn) }
            output.append(Self.quote)
        }
        if hasReturn, byte == Self.feed || !isOpen { output.append(Self.carriageReturn) }
        hasReturn = false
        isOpen = false
        output.append(byte == separator ? Self.comma : byte)
        state = .start
    }

    /// What is still to come at the end of the file: the end of a field without a line end behind it.
    mutating func finish() -> [UInt8] {
        guard isOpen else { return [] }
        isOpen = false
        return [Self.quote]
    }

    /// Whether a quote follows a comma and a space.
    private static func hasSpacedQuote(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count > 2 else { return false }
        return (2..<piece.count).contains {
            piece[$0] == quote && piece[$0 - 1] == space && piece[$0 - 2] == comma
        }
    }
}
