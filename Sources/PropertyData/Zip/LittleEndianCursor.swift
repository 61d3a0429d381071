/// Reads little-endian numbers from bytes.
struct LittleEndianCursor {
    private let all: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        all = bytes
    }

    /// The next number of so many bytes, at most eight; nil at the end, and for what exceeds an Int.
    mutating func number(_ count: Int) -> Int? {
        guard let bytes = bytes(count) else { return nil }
        return Int(exactly: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// The next bytes; nil when there are not so many.
    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, position <= all.count - count else { return nil }
        defer { position += count }
        return Array(all[position..<(position + count)])
    }

    /// Passes over bytes; false when there are not so many.
    mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, position <= all.count - count else { return false }
        position += count
        return true
    }
}
