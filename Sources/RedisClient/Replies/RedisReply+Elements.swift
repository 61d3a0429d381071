extension RedisReply {
    /// The number of elements of an array, else 0.
    package var count: Int { node.kind == .array ? Int(node.length) : 0 }

    /// The element at `index` in constant time; the null reply when this is no array or has no such element.
    package subscript(index: Int) -> RedisReply {
        guard index >= 0, index < count else { return .null }
        return RedisReply(node: nodes[node.payload + index], nodes: nodes, bytes: bytesOfAll)
    }

    /// The elements of an array in order; empty for every other kind.
    package var elements: Elements { Elements(reply: self) }

    /// The elements of an array reply, made as they are visited.
    package struct Elements: RandomAccessCollection, Sendable {
        fileprivate let reply: RedisReply

        /// The first index, 0.
        package var startIndex: Int { 0 }

        /// The number of elements.
        package var endIndex: Int { reply.count }

        /// The element at a position, which must exist.
        package subscript(position: Int) -> RedisReply {
            precondition(indices.contains(position), "reply element \(position) of \(endIndex)")
            return reply[position]
        }
    }
}

extension RedisReply: CustomStringConvertible {
    /// The shape of the reply, with the sizes of its strings; never their text, which may be a payload.
    package var description: String {
        switch node.kind {
        case .null: "null"
        case .integer: "integer \(node.payload)"
        case .string: "string of \(node.length) bytes"
        case .status: "status of \(node.length) bytes"
        case .error: "error of \(node.length) bytes"
        case .array: "[" + elements.prefix(16).map(\.description).joined(separator: ", ") + (count > 16 ? ", …]" : "]")
        }
    }
}
