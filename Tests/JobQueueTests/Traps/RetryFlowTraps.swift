import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A flow that failed runs again from where it stopped.
@Suite("Retried flows", .redisServer(), .timeLimit(.minutes(1))) struct RetryFlowTraps {
    private static let flow = JobID(trusted: "op")

    /// `E1` completes, `E2` dies, `E3` and `E4` end with it; the owner is told.
    private func failedFlow(_ test: QueueUnderTest) async throws {
        try await test.queue.enqueue(
            NewFlow(
                id: Self.flow,
                steps: [
                    NewFlow.Step("E1", test.job()), NewFlow.Step("E2", test.job(), after: ["E1"]),
                    NewFlow.Step("E3", test.job(), after: ["E1", "E2"]), NewFlow.Step("E4", test.job(), after: ["E3"]),
                ],
                whenSettled: test.job(queue: "owner")
            )
        )
        try await test.settle(try await test.claim(1)) { _ in .completed(#"{"rows":7}"#) }
        try await test.settle(try await test.claim(1)) { _ in .failedForGood }
    }

    private func tellOwner(_ test: QueueUnderTest) async throws {
        let owner = try await test.handout("owner", slots: 2).jobs
        #expect(owner.map(\.id.rawValue) == ["op:settled"])
        try await test.settle(owner) { _ in .completed() }
    }

    @Test func `what had not completed runs again with fresh counts, and the owner is told again`() async throws {
        try await QueueUnderTest.with { test in
            try await failedFlow(test)
            try await tellOwner(test)
            #expect(try await test.queue.retryFlow(Self.flow) == 3)
            #expect(try await test.queue.deadLetters().isEmpty)
            let done = try #require(try await test.queue.job(JobID(trusted: "op:E1")))
            #expect(done.state == .completed && done.result == Array(#"{"rows":7}"#.utf8))
            for name in ["f:op", "j:op:E1", "j:op:E2", "j:op:E3", "j:op:settled", "t:op"] {
                #expect(try await test.command("PTTL", "\(test.base):\(name)").integer == -1, "\(name)")
            }
            let again = try #require(try await test.claim(5).first)
            #expect(again.id.rawValue == "op:E2" && again.attempt == 1 && again.delivery == 1)
            let job = try #require(try await test.queue.job(again.id))
            #expect(job.errors.isEmpty && job.cause == nil)
            try await test.settle(again, .completed())
            try await test.settle(try await test.claim(5)) { _ in .completed() }
            try await test.settle(try await test.claim(5)) { _ in .completed() }
            #expect(try await test.state(JobID(trusted: "op:E4")) == .completed)
            try await tellOwner(test)
            #expect(try await test.queue.retryFlow(Self.flow) == 0)
        }
    }

    @Test func `a worker of the earlier run cannot record an outcome in the later one`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(NewFlow(id: Self.flow, steps: [NewFlow.Step("E1", test.job())]))
            let old = try #require(try await test.claim(1).first)
            #expect(try await test.settle(old, .failedForGood) == "dead")
            #expect(try await test.queue.retryFlow(Self.flow) == 1)
            #expect(try await test.settle(old, .completed()) == "stale")
            let new = try #require(try await test.claim(1).first)
            #expect(new.fence > old.fence)
            #expect(try await test.settle(old, .completed()) == "stale")
            #expect(try await test.settle(new, .completed()) == "completed")
        }
    }

    @Test func `a flow that runs, waits for a person, or whose owner is still told is not retried`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(
                NewFlow(id: JobID(trusted: "other"), steps: [NewFlow.Step("E1", test.job(queue: "elsewhere"))])
            )
            let running = await failure { try await test.queue.retryFlow(JobID(trusted: "other")) }
            #expect(running?.code == .conflict)
            let parked = try await test.handout("elsewhere", slots: 1).jobs
            try await test.settle(parked) { _ in .completed(confidence: 0) }
            #expect(await failure { try await test.queue.retryFlow(JobID(trusted: "other")) }?.code == .conflict)
            try await failedFlow(test)
            let untold = await failure { try await test.queue.retryFlow(Self.flow) }
            #expect(untold?.code == .conflict && untold?.message.contains("ready") == true)
            #expect(await failure { try await test.queue.retryFlow(JobID(trusted: "nobody")) }?.code == .notFound)
        }
    }

    @Test func `a rejected step runs again, its old decision cannot be undone, and its owner's record may be gone`()
        async throws
    {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(
                NewFlow(
                    id: Self.flow,
                    steps: [NewFlow.Step("E1", test.job())],
                    whenSettled: test.job(queue: "owner") { $0.retention = .zero }
                )
            )
            try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0) }
            let escalation = try #require(try await test.queue.openEscalations().first)
            try await test.queue.decide(escalation.id, .reject, version: 1, reviewer: "ann")
            try await tellOwner(test)
            #expect(try await test.state(JobID(trusted: "op:settled")) == nil)
            #expect(try await test.queue.retryFlow(Self.flow) == 1)
            let error = await failure { try await test.queue.undoDecision(escalation.id, version: 2, by: "ann") }
            #expect(error?.code == .conflict)
            try await test.settle(try await test.claim(1)) { _ in .completed() }
            try await tellOwner(test)
        }
    }

    @Test func `of two retries at once one runs the flow again`() async throws {
        try await QueueUnderTest.with { test in
            try await failedFlow(test)
            try await tellOwner(test)
            async let first = try? test.queue.retryFlow(Self.flow)
            async let second = try? test.queue.retryFlow(Self.flow)
            let answers = await [first, second]
            #expect(answers.compactMap(\.self) == [3])
            #expect(try await test.claim(5).count == 1)
        }
    }
}
