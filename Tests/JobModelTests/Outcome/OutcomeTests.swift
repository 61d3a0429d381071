import Testing

@testable import JobModel

@Suite struct OutcomeTests {
    @Test(arguments: [(0.5, 0.5), (-1, 0), (2, 1), (.nan, 0), (.infinity, 1), (-.infinity, 0)])
    func `a confidence lies between 0 and 1, and one that is no number is none`(_ given: Double, _ kept: Double) {
        #expect(Outcome.completed("result", confidence: given).confidence == kept)
    }

    @Test func `a measured outcome's confidence is the product of its parts`() {
        let parts = [ConfidencePart("rows", 0.5, basis: "1 of 2"), ConfidencePart("files", 0.8, basis: "4 of 5")]
        let outcome = Outcome.measured("result", parts: parts, review: .auditSample)
        #expect(outcome.confidence == 0.4 && outcome.parts == parts && outcome.review == .auditSample)
        #expect(Outcome.measured("result", parts: []).confidence == 1)
    }

    @Test func `a failure says its code, its field and its message`() {
        #expect("\(JobFailure("bad", "it is wrong"))" == "bad: it is wrong")
        #expect("\(JobFailure("bad", "it is wrong", field: "county"))" == "bad (county): it is wrong")
        #expect(JobFailure("busy", "later", retryAfter: .seconds(3)).retryAfterMilliseconds == 3000)
    }

    @Test func `a recorded failure reads back as it was, and another record is refused`() throws {
        let failure = JobFailure(
            "busy",
            "later\nor never",
            field: "a.b",
            isRetryable: true,
            retryAfter: .milliseconds(5)
        )
        let bytes = try JSONCoding.encode(failure)
        #expect(!bytes.contains(UInt8(ascii: "\n")))
        #expect(try JSONCoding.decode(JobFailure.self, from: bytes) == failure)
        #expect(throws: DecodingError.self) { try JSONCoding.decode(JobFailure.self, from: #"{"code":"x"}"#.utf8) }
    }

    @Test(arguments: [
        (ReviewReason.lowConfidence, "low_confidence"), (.validationFailed, "validation_failed"),
        (.retriesExhausted, "retries_exhausted"), (.approvalRequired, "approval_required"),
        (.auditSample, "audit_sample"),
    ])
    func `a reason has the word of the API`(_ reason: ReviewReason, _ word: String) {
        #expect(reason.rawValue == word)
    }
}
