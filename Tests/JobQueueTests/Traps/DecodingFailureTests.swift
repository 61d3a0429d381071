import Testing

@testable import JobQueue

/// What an action's parameters say when they are wrong: the field, and never its value.
@Suite struct DecodingFailureTests {
    private struct Parameters: Codable {
        struct Source: Codable { var year: Int }
        var counties: [String]
        var sources: [Source]
    }

    @Test(arguments: [
        (#"{"sources":[]}"#, "counties", "missing"),
        (#"{"counties":"16","sources":[]}"#, "counties", "not of type"),
        (#"{"counties":[],"sources":[{"year":1},{"year":"secret"}]}"#, "sources.[1].year", "not of type"),
        (#"{"counties":[],"sources":[{"year":1},{}]}"#, "sources.[1].year", "missing"),
        (#"{"counties":null,"sources":[]}"#, "counties", "null"),
        (#"{"counties":"#, "", ""),
    ])
    func `a wrong parameter is named by its path`(_ text: String, _ field: String, _ words: String) throws {
        let error = try #require(throws: DecodingError.self) {
            try JSONCoding.decode(Parameters.self, from: text.utf8)
        }
        let failure = JobFailure(decoding: error)
        #expect(failure.code == "invalid_parameters" && failure.field == field && !failure.isRetryable)
        #expect(words.isEmpty || failure.message.contains(words))
        #expect(!failure.message.contains("secret"))
    }
}
