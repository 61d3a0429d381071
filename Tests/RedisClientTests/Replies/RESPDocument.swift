@testable import RedisClient

/// A reply as a tree, to be written in wire form and compared with what the reader makes of it.
indirect enum RESPDocument {
    case null
    case nullArray
    case integer(Int)
    case string([UInt8])
    case status(String)
    case error(String)
    case array([RESPDocument])

    /// A random document at most `depth` arrays deep.
    static func random(depth: Int, using generator: inout SeededGenerator) -> RESPDocument {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &generator) {
        case 0: return .null
        case 1: return depth > 0 ? .nullArray : .null
        case 2: return .integer(Int.random(in: .min ... .max, using: &generator))
        case 3: return .status("status \(UInt16.random(in: 0 ... .max, using: &generator))")
        case 4: return .error("ERR \(UInt16.random(in: 0 ... .max, using: &generator))")
        case 5:
            let isLong = Int.random(in: 0..<20, using: &generator) == 0
            let length = Int.random(in: 0...(isLong ? 20_000 : 40), using: &generator)
            return .string((0..<length).map { _ in UInt8.random(in: 0 ... .max, using: &generator) })
        default:
            let count = Int.random(in: 0...8, using: &generator)
            return .array((0..<count).map { _ in random(depth: depth - 1, using: &generator) })
        }
    }

    /// The document in RESP2.
    var wire: [UInt8] {
        switch self {
        case .null: Array("$-1\r\n".utf8)
        case .nullArray: Array("*-1\r\n".utf8)
        case .integer(let value): Array(":\(value)\r\n".utf8)
        case .status(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .string(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
        case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(\.wire)
        }
    }

    /// Whether a reply says the same, through every accessor that applies.
    func matches(_ reply: RedisReply) -> Bool {
        switch self {
        case .null, .nullArray: reply.isNull && reply.count == 0 && reply.bytes == nil
        case .integer(let value): reply.kind == .integer && reply.integer == value
        case .status(let text): reply.kind == .status && reply.string == text
        case .error(let text): reply.kind == .error && reply.error == RedisError(serverReply: text, command: "")
        case .string(let bytes): reply.kind == .string && reply.bytes == bytes
        case .array(let elements):
            reply.kind == .array && reply.count == elements.count
                && zip(elements, reply.elements).allSatisfy { $0.matches($1) }
        }
    }
}

/// SplitMix64: a small generator whose seed replays a failing test. https://prng.di.unimi.it/splitmix64.c
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension ReplyReader {
    /// Reads the pieces one after the other and collects the replies.
    func readAll(_ pieces: [ArraySlice<UInt8>]) throws -> [RedisReply] {
        var replies: [RedisReply] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                try read(bytes) { reply in
                    replies.append(reply)
                    return true
                }
            }
        }
        return replies
    }
}
