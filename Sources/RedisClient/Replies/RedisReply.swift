/// One value of a reply: a view of one node in the flat arena that holds the whole reply.
///
/// A reply is two arrays, whatever its shape: the nodes of its aggregates and the bytes of its strings. The root's own
/// node is kept beside them, so that an integer, a null or an empty array allocates nothing. Elements share the arrays,
/// so keeping one element of a large reply keeps all of its memory.
package struct RedisReply: Sendable {
    /// What a node is on the wire (RESP2).
    package enum Kind: UInt8, Sendable, Equatable {
        case null, integer, string, status, array, error
    }

    /// A value in the arena.
    struct Node: Sendable {
        /// The integer itself, the offset of the first byte, or the index of the first child.
        var payload = 0
        /// The number of bytes or of children.
        var length: UInt32 = 0
        var kind = Kind.null

        /// The bytes of a string, status or error.
        var byteRange: Range<Int>? {
            switch kind {
            case .string, .status, .error: payload..<payload + Int(length)
            case .null, .integer, .array: nil
            }
        }
    }

    let node: Node
    let nodes: [Node]
    let bytesOfAll: [UInt8]

    init(node: Node, nodes: [Node] = [], bytes: [UInt8] = []) {
        self.node = node
        self.nodes = nodes
        self.bytesOfAll = bytes
    }

    /// The null reply.
    static let null = RedisReply(node: Node())

    /// What this value is.
    package var kind: Kind { node.kind }

    /// Whether this is a null bulk string, a null array, or an element that does not exist.
    package var isNull: Bool { node.kind == .null }

    /// The value of an integer, or of a string or status that is a decimal integer.
    package var integer: Int? {
        guard node.kind != .integer else { return node.payload }
        guard isText else { return nil }
        return withBytes(decimalInteger) ?? nil
    }

    /// The value of an integer, or of a string or status that is a number.
    package var double: Double? {
        guard node.kind != .integer else { return Double(node.payload) }
        guard isText else { return nil }
        return string.flatMap(Double.init)
    }

    /// The text of a string or status; bytes that are not UTF-8 are replaced by U+FFFD.
    package var string: String? {
        guard isText else { return nil }
        return withBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a string or status, copied.
    package var bytes: [UInt8]? {
        guard isText else { return nil }
        return withBytes { Array($0) }
    }

    /// Calls `body` with the bytes of a string, status or error, without a copy; nil for every other kind.
    package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R? {
        guard let range = node.byteRange else { return nil }
        return try bytesOfAll.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// The error a nested node stands for, such as a failed command inside EXEC; a root error is thrown instead.
    package var error: RedisError? {
        guard node.kind == .error else { return nil }
        return withBytes { RedisError(serverReply: String(decoding: $0, as: UTF8.self), command: "") }
    }

    private var isText: Bool { node.kind == .string || node.kind == .status }
}

/// Reads an optional sign and decimal digits; nil for anything else, and for what does not fit.
private func decimalInteger(_ bytes: UnsafeRawBufferPointer) -> Int? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = bytes.dropFirst(isNegative ? 1 : 0)
    guard !digits.isEmpty else { return nil }
    var value = 0
    for byte in digits {
        let digit = Int(byte) - Int(UInt8(ascii: "0"))
        guard (0...9).contains(digit) else { return nil }
        // Accumulated on the negative side, whose range is one larger, so that Int.min reads back.
        let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
        let (difference, underflowed) = product.subtractingReportingOverflow(digit)
        guard !overflowed, !underflowed else { return nil }
        value = difference
    }
    if isNegative { return value }
    return value == .min ? nil : -value
}
