import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(2))) struct HostileReplyTests {
    private func protocolError(_ pieces: [ArraySlice<UInt8>], limits: ReplyArena.Limits = .init()) -> RedisError? {
        do {
            _ = try ReplyReader(limits: limits).readAll(pieces)
            return nil
        } catch {
            return error as? RedisError
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "\r\n", "*x\r\n", "*-2\r\n", "$x\r\n", "$-2\r\n", ":12a\r\n", ":\r\n",
        ":99999999999999999999\r\n", "*1\r\n?\r\n", "%1\r\n", "$99999999999999999999\r\n", "*4294967296\r\n",
        "*2147483647\r\n", "$9223372036854775807\r\n", "$1073741824\r\n",
    ])
    func `bytes that are no acceptable RESP2 are a protocol error`(text: String) throws {
        let error = try #require(protocolError([Array(text.utf8)[...]]))
        #expect(error.code == .protocolError)
        #expect(!error.isRetryable)
        #expect(!error.message.isEmpty)
    }

    @Test func `counts that multiply by nesting are refused before memory is spent`() {
        let nested = String(repeating: "*1048576\r\n", count: 7)
        #expect(protocolError([Array(nested.utf8)[...]])?.code == .protocolError)
    }

    @Test func `arrays nest seven deep and no deeper`() throws {
        let seven = String(repeating: "*1\r\n", count: 7) + ":5\r\n"
        var reply = try #require(try ReplyReader().readAll([Array(seven.utf8)[...]]).first)
        for _ in 0..<7 { reply = reply[0] }
        #expect(reply.integer == 5)
        let endless = String(repeating: "*1\r\n", count: 100_000)
        #expect(protocolError([Array(endless.utf8)[...]])?.code == .protocolError)
    }

    @Test func `strings that add up beyond the limit are refused`() {
        let string = RESPDocument.string([UInt8](repeating: 1, count: 600))
        let wire = RESPDocument.array([string, string]).wire
        #expect(protocolError([wire[...]], limits: .init(elements: 10, bytes: 1000))?.code == .protocolError)
        #expect(protocolError([wire[...]], limits: .init(elements: 10, bytes: 1200)) == nil)
    }

    @Test(arguments: ["+", "-", ":", "*", "$", "+a\rb", ":12\rx"])
    func `a line without an end is refused`(start: String) {
        let filler = [UInt8](repeating: UInt8(ascii: "1"), count: 1 << 16)
        let pieces = [Array(start.utf8)[...]] + Array(repeating: filler[...], count: 20)
        #expect(protocolError(pieces)?.code == .protocolError)
    }

    @Test func `a reader that failed stays failed`() throws {
        let reader = try ReplyReader()
        #expect(throws: RedisError.self) { try reader.readAll([Array("?\r\n".utf8)[...]]) }
        #expect(throws: RedisError.self) { try reader.readAll([Array("+OK\r\n".utf8)[...]]) }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `random bytes end in replies or a protocol error`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("*$:+-0123456789\r\n\r\n\r\nab".utf8) + [0, 255]
        let bytes = (0..<2000).compactMap { _ in alphabet.randomElement(using: &generator) }
        let error = protocolError([bytes[...]])
        #expect(error == nil || error?.code == .protocolError)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a damaged document ends in replies or a protocol error`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = (0..<5).flatMap { _ in RESPDocument.random(depth: 6, using: &generator).wire }
        for _ in 0..<3 {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0 ... .max, using: &generator)
        }
        let error = protocolError([bytes[...]])
        #expect(error == nil || error?.code == .protocolError)
    }
}
