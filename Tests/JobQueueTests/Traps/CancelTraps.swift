import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A cancellation and whatever else happens to the job at that moment end it once.
@Suite("Cancellation", .redisServer(), .timeLimit(.minutes(1))) struct CancelTraps {
    @Test func `a job cancelled before its claim is never handed out`() async throws {
        try await QueueUnderTest.with { test in
            let ids = try await test.queue.enqueue([test.job(), test.job(), test.job(delay: .seconds(60))]).map(\.id)
            #expect(try await test.queue.cancel(ids[0]) == .cancelled)
            #expect(try await test.queue.cancel(ids[2]) == .cancelled)
            #expect(try await test.queue.cancel(ids[0]) == .cancelled)
            #expect(try await test.claim(5).map(\.id) == [ids[1]])
            #expect(try await test.entries() == 1)
            #expect(try await test.command("ZCARD", "\(test.base):delayed:q").integer == 0)
        }
    }

    @Test(arguments: ["completed", "failed", "released", "cancelled"])
    func `a running job that is cancelled is told by the heartbeat and ends as cancelled whatever it says`(
        _ word: String
    ) async throws {
        let verdicts: [String: Settlement.Verdict] = [
            "completed": .completed(), "failed": .failedOnce, "released": .released, "cancelled": .cancelled,
        ]
        let verdict = try #require(verdicts[word])
        try await QueueUnderTest.with { test in
            let id = try await test.queue.enqueue(test.job()).id
            let job = try #require(try await test.claim(1).first)
            #expect(try await test.queue.cancel(id) == .cancelling)
            #expect(try await test.queue.job(id)?.isCancelling == true)
            #expect(try await test.beat([job]).cancelled == [id])
            #expect(try await test.settle(job, verdict) == "cancelled")
            #expect(try await test.queue.cancel(id) == .cancelled)
            #expect(try await test.entries() == 0)
        }
    }

    @Test func `a cancelled job whose worker dies ends as cancelled`() async throws {
        try await QueueUnderTest.withClock { test in
            let id = try await test.queue.enqueue(test.job()).id
            _ = try await test.claim(1, lease: 1000)
            #expect(try await test.queue.cancel(id) == .cancelling)
            try await test.turn(to: QueueUnderTest.start + 1000)
            #expect(try await test.beat([]).recovered == 1)
            #expect(try await test.state(id) == .cancelled)
            #expect(try await test.claim(1).isEmpty)
        }
    }

    @Test func `a job that has ended cannot be cancelled, and an unknown one is unknown`() async throws {
        try await QueueUnderTest.with { test in
            let id = try await test.queue.enqueue(test.job()).id
            try await test.settle(try await test.claim(1)) { _ in .completed() }
            #expect(try await test.queue.cancel(id) == .ended(.completed))
            #expect(try await test.state(id) == .completed)
            #expect(try await test.queue.cancel(JobID(trusted: "nobody")) == .unknown)
        }
    }

    @Test func `cancelling a job that waits for a person expires its escalation`() async throws {
        try await QueueUnderTest.with { test in
            let id = try await test.queue.enqueue(test.job()).id
            try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0.1) }
            let escalation = try #require(try await test.queue.openEscalations().first)
            #expect(try await test.queue.cancel(id) == .cancelled)
            #expect(try await test.queue.openEscalationCount() == 0)
            #expect(try await test.queue.escalation(escalation.id)?.state == .expired)
            let error = await failure {
                try await test.queue.decide(escalation.id, .approve, version: escalation.version, reviewer: "ann")
            }
            #expect(error?.code == .conflict)
            #expect(try await test.state(id) == .cancelled)
        }
    }

    @Test func `a cancellation and a completion at the same moment agree on who came first`() async throws {
        try await QueueUnderTest.with { test in
            try await QueueUnderTest.with({ $0.namespace = test.queue.configuration.namespace }) { other in
                let ids = try await test.queue.enqueue((0..<200).map { _ in test.job() }).map(\.id)
                let jobs = try await test.claim(200)
                let answers = try await withThrowingTaskGroup(of: (JobID, String, JobQueue.Cancellation).self) {
                    group in
                    for job in jobs {
                        group.addTask {
                            async let cancellation = other.queue.cancel(job.id)
                            async let answer = test.settle(job, .completed())
                            return (job.id, try await answer, try await cancellation)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(answers.map(\.0)) == Set(ids))
                for (id, answer, cancellation) in answers {
                    let state = try await test.state(id)
                    #expect(
                        (answer == "completed" && cancellation == .ended(.completed) && state == .completed)
                            || (answer == "cancelled" && cancellation == .cancelling && state == .cancelled)
                    )
                }
                #expect(try await test.entries() == 0)
            }
        }
    }

    @Test func `cancelling a flow ends every job of it and tells its owner once`() async throws {
        try await QueueUnderTest.with { test in
            let flow = NewFlow(
                id: JobID(trusted: "op"),
                steps: [
                    NewFlow.Step("E1", test.job()), NewFlow.Step("E2", test.job()),
                    NewFlow.Step("E3", test.job(), after: ["E1", "E2"], fanIn: .any),
                    NewFlow.Step("E4", test.job(), after: ["E3"]),
                ],
                whenSettled: test.job(queue: "owner")
            )
            try await test.queue.enqueue(flow)
            let running = try await test.claim(1)
            #expect(try await test.queue.cancelFlow(flow.id) == 4)
            #expect(try await test.handout("owner", slots: 1).jobs.isEmpty)
            #expect(try await test.settle(running) { _ in .completed() } == ["cancelled"])
            #expect(try await test.handout("owner", slots: 2).jobs.count == 1)
            #expect(try await test.queue.cancelFlow(JobID(trusted: "nobody")) == 0)
        }
    }
}
