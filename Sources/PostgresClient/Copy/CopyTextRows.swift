/// Rows in COPY's text format (PostgreSQL manual, COPY, "Text Format").
///
/// Fields are separated by tabs, null is `\N`, and backslash, tab, newline and carriage return are escaped. NUL cannot
/// occur in a PostgreSQL text and is left out.
package struct CopyTextRows {
    private var bytes: [UInt8] = []
    private var isRowStart = true

    /// Creates an empty buffer.
    package init() {}

    /// How many bytes have gathered.
    package var byteCount: Int { bytes.count }

    /// Adds NULL.
    @inline(__always)
    package mutating func null() {
        separate()
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(UInt8(ascii: "N"))
    }

    /// Adds a text given as UTF-8.
    @inline(__always)
    package mutating func field(_ text: UnsafeBufferPointer<UInt8>) {
        separate()
        if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\\") }) {
            bytes.append(contentsOf: text)
        } else {
            escape(text)
        }
    }

    /// Adds a text.
    package mutating func field(_ text: String) {
        var text = text
        text.withUTF8 { field($0) }
    }

    /// Adds a number.
    package mutating func field(_ number: Int) {
        var digits = number.description
        separate()
        digits.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Adds bytes that need no escaping: digits, hexadecimal digits, a date.
    @inline(__always)
    package mutating func field(plain text: UnsafeBufferPointer<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
    }

    /// Ends the row.
    @inline(__always)
    package mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isRowStart = true
    }

    /// Takes the bytes out, for a buffer that is written elsewhere.
    package mutating func drain() -> [UInt8] {
        take(reserving: bytes.count)
    }

    /// Adds bytes as they are.
    mutating func append(raw: some Sequence<UInt8>) {
        bytes.append(contentsOf: raw)
    }

    /// Takes the bytes out and makes room for the next ones.
    mutating func take(reserving capacity: Int) -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(capacity)
        swap(&taken, &bytes)
        return taken
    }

    @inline(__always)
    private mutating func separate() {
        if isRowStart { isRowStart = false } else { bytes.append(UInt8(ascii: "\t")) }
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        for byte in text {
            switch byte {
            case 0: continue
            case UInt8(ascii: "\\"): bytes.append(contentsOf: [byte, byte])
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
