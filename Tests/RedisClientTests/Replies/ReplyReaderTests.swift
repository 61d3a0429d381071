import Testing

@testable import RedisClient

@Suite struct ReplyReaderTests {
    private static let transcripts = [
        "+OK\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "$0\r\n\r\n", ":-42\r\n", "-NOGROUP no such key\r\n",
        ":1795359682906\r\n",
        "*2\r\n*1\r\n$3\r\n1-0\r\n*3\r\n:1\r\n$-1\r\n+x\r\n", "+a\r\n+b\r\n$5\r\nc\r\nd!\r\n",
        "*1\r\n*2\r\n$4\r\njobs\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$2\r\nid\r\n$1\r\n7\r\n$5\r\nfence\r\n:3\r\n",
    ]

    @Test(arguments: transcripts)
    func `a transcript reads the same whatever the pieces it arrives in`(transcript: String) throws {
        let bytes = Array(transcript.utf8)
        let whole = try ReplyReader().readAll([bytes[...]])
        try #require(!whole.isEmpty)
        for split in 0...bytes.count {
            let pieces = try ReplyReader().readAll([bytes[..<split], bytes[split...]])
            #expect(pieces.map(\.wire) == whole.map(\.wire), "split at \(split)")
        }
        let single = try ReplyReader().readAll(bytes.indices.map { bytes[$0...$0] })
        #expect(single.map(\.wire) == whole.map(\.wire))
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `random documents in random pieces read back as they were`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let documents = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
            RESPDocument.random(depth: 6, using: &generator)
        }
        var rest = documents.flatMap(\.wire)[...]
        var pieces: [ArraySlice<UInt8>] = []
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...9000, using: &generator))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        let replies = try ReplyReader().readAll(pieces)
        try #require(replies.count == documents.count)
        for (document, reply) in zip(documents, replies) { #expect(document.matches(reply)) }
    }

    @Test func `a reply larger than the reader's buffer arrives whole`() throws {
        let text = [UInt8](repeating: 7, count: 3 << 20)
        let replies = try ReplyReader().readAll([RESPDocument.array([.string(text), .integer(1)]).wire[...]])
        #expect(replies.count == 1)
        #expect(replies.first?[0].bytes == text)
        #expect(replies.first?[1].integer == 1)
    }

    @Test func `reading stops when the receiver has enough`() throws {
        let bytes = Array("+a\r\n+b\r\n".utf8)
        var received: [String?] = []
        try bytes.withUnsafeBytes { bytes in
            try ReplyReader().read(bytes) { reply in
                received.append(reply.string)
                return false
            }
        }
        #expect(received == ["a"])
    }
}

extension RedisReply {
    /// The reply in wire form again.
    fileprivate var wire: [UInt8] {
        let text = withBytes { Array($0) } ?? []
        return switch kind {
        case .null: Array("_".utf8)
        case .integer: Array(":\(node.payload)\r\n".utf8)
        case .status: Array("+".utf8) + text
        case .error: Array("-".utf8) + text
        case .string: Array("$\(text.count)\r\n".utf8) + text
        case .array: Array("*\(count)\r\n".utf8) + elements.flatMap(\.wire)
        }
    }
}
