import NIOCore
import Testing

@testable import RedisClient

@Suite struct RedisCommandTests {
    private func wire(_ command: RedisCommand) -> String {
        String(buffer: CommandGatherer.encode([command]))
    }

    @Test func `words become bulk strings behind a header that counts them`() {
        let command = RedisCommand("SET", "key", "")
        #expect(wire(command) == "*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$0\r\n\r\n")
        #expect(command.argumentCount == 3)
        #expect(command.name == "SET")
    }

    @Test func `lengths count bytes of UTF-8, not characters`() {
        #expect(wire(RedisCommand("ECHO", "Peñón")) == "*2\r\n$4\r\nECHO\r\n$7\r\nPeñón\r\n")
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (10, "10"), (-1, "-1"), (-10, "-10"), (999_999, "999999"),
        (Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"),
    ])
    func `integers are decimal text`(value: Int, text: String) {
        var command = RedisCommand(capacity: 0)
        command.append("ECHO")
        command.append(value)
        #expect(wire(command) == "*2\r\n$4\r\nECHO\r\n$\(text.utf8.count)\r\n\(text)\r\n")
    }

    @Test(arguments: [
        (0.1, "0.1"), (1.0, "1"), (-3.0, "-3"), (1e300, "1e+300"), (0.30000000000000004, "0.30000000000000004"),
        (.infinity, "inf"), (-.infinity, "-inf"),
    ])
    func `numbers are the shortest text that reads back the same`(value: Double, text: String) {
        var command = RedisCommand(capacity: 0)
        command.append("ECHO")
        command.append(value)
        #expect(wire(command) == "*2\r\n$4\r\nECHO\r\n$\(text.utf8.count)\r\n\(text)\r\n")
        #expect(Double(text) == value)
    }

    @Test func `bytes arrive as they are from every kind of collection`() {
        let bytes: [UInt8] = [0, 13, 10, 255]
        var command = RedisCommand(capacity: 8)
        command.append("X")
        command.append(bytes: bytes)
        command.append(bytes: bytes[1...2])
        command.append(bytes: bytes.lazy.map { $0 ^ 255 })
        command.append(buffer: ByteBuffer(bytes: bytes))
        var expected = Array("*5\r\n$1\r\nX\r\n".utf8)
        for part in [bytes, [13, 10], [255, 242, 245, 0], bytes] {
            expected += Array("$\(part.count)\r\n".utf8) + part + [13, 10]
        }
        #expect(Array(buffer: CommandGatherer.encode([command])) == expected)
        #expect(command.argumentCount == 5)
    }

    @Test func `a function call states its keys and is named after the function`() {
        var command = RedisCommand.functionCall("enqueue", keys: ["{a}:1", "{a}:2"], capacity: 64)
        command.append(5)
        #expect(
            wire(command)
                == "*6\r\n$5\r\nFCALL\r\n$7\r\nenqueue\r\n$1\r\n2\r\n$5\r\n{a}:1\r\n$5\r\n{a}:2\r\n$1\r\n5\r\n"
        )
        #expect(command.name == "enqueue")
        #expect(command.argumentCount == 6)
    }

    @Test func `appending to a copy leaves the original as it was`() {
        let original = RedisCommand("GET", "a")
        var copy = original
        copy.append("b")
        #expect(wire(original) == "*2\r\n$3\r\nGET\r\n$1\r\na\r\n")
        #expect(wire(copy) == "*3\r\n$3\r\nGET\r\n$1\r\na\r\n$1\r\nb\r\n")
    }
}
