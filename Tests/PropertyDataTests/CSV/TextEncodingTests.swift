import Testing

@testable import PropertyData

@Suite("The encoding of a file")
struct TextEncodingTests {
    private func encoding(_ bytes: [UInt8], piece: Int = 1 << 20) -> TextEncoding {
        var validator = UTF8Validator()
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { validator.feed($0) }
        }
        return validator.finish()
    }

    @Test("a file with a damaged character is Latin-1, a cut one at its end too")
    func fallback() {
        #expect(encoding(Array("plain ASCII, more than eight".utf8)) == .utf8)
        #expect(encoding(Array("é\u{fffd}\u{1F3E0}".utf8)) == .utf8)
        #expect(encoding(Array("M".utf8) + [0xfc] + Array("ller".utf8)) == .latin1)
        #expect(encoding([0x41, 0xe2, 0x82]) == .latin1)
        for bad: [UInt8] in [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf8], [0x80]] {
            #expect(encoding(bad) == .latin1)
        }
    }

    @Test("random bytes are judged as the standard library judges them, in any pieces", arguments: 0..<300)
    func random(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let bytes = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ -> [UInt8] in
            Bool.random(using: &random)
                ? Array(String(Character(Unicode.Scalar(UInt32.random(in: 0...0xd7ff, using: &random)) ?? "x")).utf8)
                : [[0xc3], [0xa9], [0xf0], [0x41], [0xe2, 0x82]].randomElement(using: &random) ?? []
        }
        let expected: TextEncoding = String(validating: bytes, as: UTF8.self) == nil ? .latin1 : .utf8
        #expect(encoding(bytes) == expected)
        #expect(encoding(bytes, piece: 1) == expected)
    }
}
