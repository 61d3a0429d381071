import JobModel
import Testing

@testable import Gateway

struct TimestampTests {
    @Test("Every millisecond is written as it is")
    func milliseconds() throws {
        for millisecond in 0..<1000 {
            let value = try JSONValue(encoding: [Timestamp(1_795_360_023_000 + millisecond)])
            let digits = String(String(1000 + millisecond).dropFirst())
            #expect(value[0]?.string == "2026-11-22T15:07:03.\(digits)Z")
        }
    }

    @Test("The beginning of the epoch and the time before it are written")
    func epoch() throws {
        #expect(
            try JSONValue(encoding: [Timestamp(0), Timestamp(-1)]) == [
                "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
            ]
        )
    }
}
