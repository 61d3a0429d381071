import Testing

@testable import RedisClient

@Suite struct RedisReplyTests {
    private func reply(_ document: RESPDocument) throws -> RedisReply {
        try #require(try ReplyReader().readAll([document.wire[...]]).first)
    }

    @Test(
        arguments: [
            ("0", 0), ("-1", -1), ("007", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("", nil), ("-", nil), ("1.5", nil),
            ("1 ", nil),
            ("+1", nil),
        ] as [(String, Int?)]
    )
    func `a string is an integer when it is decimal digits that fit`(text: String, value: Int?) throws {
        #expect(try reply(.string(Array(text.utf8))).integer == value)
    }

    @Test(arguments: [("0.25", 0.25), ("inf", .infinity), ("-3", -3), ("x", nil)] as [(String, Double?)])
    func `a string is a number when it reads as one`(text: String, value: Double?) throws {
        #expect(try reply(.string(Array(text.utf8))).double == value)
    }

    @Test func `an integer is also a number but no text`() throws {
        let seven = try reply(.integer(7))
        #expect(seven.double == 7)
        #expect(seven.string == nil)
        #expect(seven.bytes == nil)
    }

    @Test func `bytes that are not UTF-8 are repaired in text and kept in bytes`() throws {
        let value = try reply(.string([0x61, 0xff, 0x62]))
        #expect(value.string == "a\u{fffd}b")
        #expect(value.bytes == [0x61, 0xff, 0x62])
    }

    @Test func `what does not exist is null`() throws {
        let array = try reply(.array([.integer(1)]))
        #expect(array[1].isNull)
        #expect(array[-1].isNull)
        #expect(array[0][0].isNull)
        #expect(array[0].count == 0)
        #expect(array[0].elements.isEmpty)
    }

    @Test func `an error inside an array is a value`() throws {
        let array = try reply(.array([.status("OK"), .error("WRONGTYPE not a list")]))
        #expect(array[0].error == nil)
        #expect(array[1].error?.code == .wrongType)
        #expect(array[1].string == nil)
    }

    @Test func `a description tells the shape and never the text`() throws {
        let array = try reply(.array([.string(Array("secret".utf8)), .integer(3), .null, .array([])]))
        #expect(array.description == "[string of 6 bytes, integer 3, null, []]")
    }
}
