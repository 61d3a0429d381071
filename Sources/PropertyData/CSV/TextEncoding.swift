/// How a file's bytes become characters; decided for the whole file.
package enum TextEncoding: String, Sendable, Codable {
    /// UTF-8, of which ASCII is a part.
    case utf8 = "utf-8"
    /// ISO 8859-1: what is not UTF-8 is read so, since the Department's older programs write it.
    case latin1 = "iso-8859-1"
}

/// Tells whether a stream of bytes is UTF-8 (Unicode standard, table 3-7), whatever its pieces.
package struct UTF8Validator {
    private var pending = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xbf
    private(set) var isInvalid = false

    /// A validator that has seen nothing yet.
    package init() {}

    /// Looks at the next piece.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !isInvalid else { return }
        var index = 0
        while index < bytes.count {
            if pending == 0 {
                while index + 8 <= bytes.count,
                    bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                }
                guard index < bytes.count else { return }
            }
            step(bytes[index])
            if isInvalid { return }
            index += 1
        }
    }

    /// Whether everything was UTF-8 up to its last character.
    package func finish() -> TextEncoding {
        isInvalid || pending > 0 ? .latin1 : .utf8
    }

    private mutating func step(_ byte: UInt8) {
        if pending > 0 {
            guard byte >= lowest, byte <= highest else {
                isInvalid = true
                return
            }
            pending -= 1
            (lowest, highest) = (0x80, 0xbf)
            return
        }
        switch byte {
        case 0x00...0x7f: break
        case 0xc2...0xdf: pending = 1
        case 0xe0: (pending, lowest) = (2, 0xa0)
        case 0xed: (pending, highest) = (2, 0x9f)
        case 0xe1...0xef: pending = 2
        case 0xf0: (pending, lowest) = (3, 0x90)
        case 0xf4: (pending, highest) = (3, 0x8f)
        case 0xf1...0xf3: pending = 3
        default: isInvalid = true
        }
    }
}
