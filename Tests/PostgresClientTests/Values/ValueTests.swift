import FoundationEssentials
import Testing

@testable import PostgresClient

@Suite("Values")
struct ValueTests {
    private func parse(_ text: String) -> Date? {
        Array(text.utf8).withUnsafeBufferPointer { PostgresTimestamp.parse($0) }
    }

    @Test(
        "timestamps are read to the microsecond in any zone",
        arguments: [
            ("1970-01-01 00:00:00+00", 0.0), ("2000-02-29 12:00:00.000001+00", 951_825_600.000001),
            ("1900-03-01", -2_203_891_200), ("2025-06-27 16:50:00-04", 1_751_057_400),
            ("2025-06-27 16:50:00+05:30", 1_751_023_200), ("12025-01-01 00:00:00+00", 317_305_209_600),
        ]
    )
    func timestamps(text: String, seconds: Double) {
        #expect(parse(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(
        "what is no timestamp is none",
        arguments: ["", "infinity", "2025-13-01", "2025-06-27 16:50", "2025-06-27 BC", "2025-06-27 16:50:00+", "x"]
    )
    func noTimestamps(text: String) {
        #expect(parse(text) == nil)
    }

    @Test("random texts survive the array form", arguments: 0..<50)
    func arrays(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet = Array("ab,{}\"\\ \n\tNULLé")
        let elements = (0..<Int.random(in: 0..<9, using: &random)).map { _ -> String? in
            guard Int.random(in: 0..<5, using: &random) > 0 else { return nil }
            let length = Int.random(in: 0..<8, using: &random)
            return String((0..<length).compactMap { _ in alphabet.randomElement(using: &random) })
        }
        let text = Array(PostgresArrayText.encode(elements).utf8)
        #expect(text.withUnsafeBufferPointer { PostgresArrayText.decode($0) } == elements)
    }

    @Test("hostile bytes are read as an array or refused, never a trap", arguments: 0..<200)
    func hostileArrays(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let bytes = (0..<Int.random(in: 0..<20, using: &random)).map { _ in
            Array("{},\"\\aN".utf8).randomElement(using: &random) ?? UInt8.random(in: 0...255, using: &random)
        }
        let decoded = bytes.withUnsafeBufferPointer { PostgresArrayText.decode($0) }
        #expect(decoded == nil || bytes.first == UInt8(ascii: "{"))
    }
}
