import Hummingbird
import HummingbirdTesting
import JobModel
import JobQueue
import NIOCore
import Orchestrator
import Testing

@testable import Gateway

struct ProblemTests {
    @Test(
        "Every error of the queue has its status",
        arguments: [
            (JobQueueError.Code.invalidJob, 422), (.payloadTooLarge, 413), (.unreachable, 503), (.full, 507),
            (.refused, 500), (.malformed, 500), (.notFound, 404), (.conflict, 409), (.invalidDecision, 422),
            (.partitionMismatch, 500), (.invalidConfiguration, 500),
        ]
    )
    func queueErrors(code: JobQueueError.Code, status: Int) {
        let problem = Problem(JobQueueError(code, "why", field: "input"))
        #expect(problem.kind.status.code == status)
        if status == 422 { #expect(problem.errors == [FieldDefect("parameters", "why")]) }
        if status == 500 { #expect(!problem.detail.contains("why")) }
    }

    @Test("Errors of others keep their meaning, and unknown ones tell nothing of the inside")
    func otherErrors() {
        struct Secret: Error { let text = "password" }
        #expect(Problem(NIOTooManyBytesError(maxBytes: 1)).kind == .tooLarge)
        #expect(Problem(OrchestratorError(.contention, "")).kind == .unavailable)
        #expect(Problem(OrchestratorError(.malformedRecord, "")).kind == .internalError)
        #expect(Problem(CancellationError()).kind == .unavailable)
        #expect(Problem(Secret()).kind == .internalError)
        #expect(!Problem(Secret()).detail.contains("password"))
    }
}
