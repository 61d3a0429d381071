import JobModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("A move of an operation", .redisServer(), .timeLimit(.minutes(1)))
struct OperationMoveTests {
    @Test("that comes after the end changes nothing, unless it is a retry")
    func late() async throws {
        try await ScheduleStage.with { stage in
            let operations = stage.operations
            let (id, _) = try await operations.create(OperationRequest(operationType: "play", parameters: [:]))
            #expect(try await operations.move(id, to: .failed, error: "rejected")?.state == .failed)
            // The table knows failed → executing and failed → planning, for a retry.
            #expect(try await operations.move(id, to: .executing)?.state == .failed)
            #expect(try await operations.move(id, to: .planning)?.state == .failed)
            #expect(try await operations.record(id)?.error == "rejected")
            #expect(try await operations.move(id, to: .planning, error: "", revives: true)?.state == .planning)
        }
    }
}
