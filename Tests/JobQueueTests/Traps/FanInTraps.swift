import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A dependent is released exactly once, by the right parents, whatever else happens at that moment.
@Suite("Flows", .redisServer(), .timeLimit(.minutes(1))) struct FanInTraps {
    private static let flow = JobID(trusted: "op")

    /// Three parents, and a child that waits for them.
    private func flow(_ test: QueueUnderTest, _ fanIn: FanIn) -> NewFlow {
        let parents = ["E1", "E2", "E3"]
        let steps = parents.map { NewFlow.Step($0, test.job()) }
        return NewFlow(
            id: Self.flow,
            steps: steps + [NewFlow.Step("E4", test.job(queue: "child"), after: parents, fanIn: fanIn)],
            whenSettled: test.job(queue: "owner")
        )
    }

    private func state(_ test: QueueUnderTest, _ step: String) async throws -> JobState? {
        try await test.state(JobID(trusted: "op:\(step)"))
    }

    @Test(arguments: [
        (FanIn.all, "ccc", JobState.ready), (.all, "ccd", .cancelled), (.all, "cc", .waiting), (.all, "d", .cancelled),
        (.any, "c", .ready), (.any, "dd", .waiting), (.any, "ddc", .ready), (.any, "ddd", .cancelled),
        (.atLeast(2), "c", .waiting), (.atLeast(2), "cc", .ready), (.atLeast(2), "cd", .waiting),
        (.atLeast(2), "cdc", .ready), (.atLeast(2), "dd", .cancelled), (.atLeast(3), "ccd", .cancelled),
    ])
    func `parents release or cancel their dependent as its fan-in policy says`(
        _ fanIn: FanIn,
        _ ends: String,
        _ expected: JobState
    ) async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, fanIn))
            let parents = try await test.claim(3)
            for (parent, end) in zip(parents, ends) {
                try await test.settle(parent, end == "c" ? .completed() : .failedForGood)
            }
            #expect(try await state(test, "E4") == expected)
            #expect(try await test.entries(of: "child") == (expected == .ready ? 1 : 0))
        }
    }

    @Test func `a parent that is reported twice counts once`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, .atLeast(2)))
            let parent = try #require(try await test.claim(1).first)
            #expect(try await test.settle([parent, parent]) { _ in .completed() } == ["completed", "stale"])
            #expect(try await test.settle(parent, .completed()) == "stale")
            #expect(try await state(test, "E4") == .waiting)
        }
    }

    @Test func `two last parents that end in one call release their dependent once`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, .all))
            let parents = try await test.claim(3)
            try await test.settle(parents[0], .completed())
            #expect(
                try await test.settle([parents[1], parents[2]]) { _ in .completed() } == ["completed", "completed"]
            )
            #expect(try await test.entries(of: "child") == 1)
            #expect(try await test.handout("child", slots: 5).jobs.count == 1)
        }
    }

    @Test func `two last parents that end at the same moment on two connections release their dependent once`()
        async throws
    {
        for _ in 0..<20 {
            try await QueueUnderTest.with { test in
                try await test.queue.enqueue(flow(test, .all))
                let parents = try await test.claim(3)
                try await withThrowingTaskGroup { group in
                    for parent in parents { group.addTask { _ = try await test.settle(parent, .completed()) } }
                    try await group.waitForAll()
                }
                #expect(try await test.entries(of: "child") == 1)
            }
        }
    }

    @Test func `a released dependent is not touched by the parents that end later`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, .any))
            let parents = try await test.claim(3)
            try await test.settle(parents[0], .completed())
            let child = try #require(try await test.handout("child", slots: 1).jobs.first)
            try await test.settle([parents[1], parents[2]]) { _ in .failedForGood }
            #expect(try await state(test, "E4") == .running)
            #expect(try await test.settle(child, .completed()) == "completed")
            #expect(try await test.entries(of: "child") == 0)
        }
    }

    @Test func `the owner of a flow is told when its last job has ended, once, and not while one waits for a person`()
        async throws
    {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, .any))
            let parents = try await test.claim(3)
            try await test.settle([parents[0], parents[1]]) { _ in .failedForGood }
            #expect(try await test.settle(parents[2], .completed(confidence: 0.1)) == "escalated")
            #expect(try await state(test, "settled") == .waiting)
            #expect(try await test.handout("owner", slots: 1).jobs.isEmpty)
            let escalation = try #require(try await test.queue.openEscalations().first)
            try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
            let child = try #require(try await test.handout("child", slots: 1).jobs.first)
            #expect(try await test.handout("owner", slots: 1).jobs.isEmpty)
            try await test.settle(child, .completed())
            let told = try #require(try await test.handout("owner", slots: 5).jobs.first)
            #expect(told.id.rawValue == "op:settled")
            #expect(try await test.settle(told, .completed()) == "completed")
            #expect(try await test.entries(of: "owner") == 0)
        }
    }

    @Test func `a failure at the head of a thousand steps ends all of them in one call`() async throws {
        try await QueueUnderTest.with { test in
            let steps = (0..<1000).map { number in
                NewFlow.Step("E\(number)", test.job(), after: number == 0 ? [] : ["E\(number - 1)"])
            }
            try await test.queue.enqueue(NewFlow(id: Self.flow, steps: steps, whenSettled: test.job(queue: "owner")))
            let head = try #require(try await test.claim(1).first)
            #expect(try await test.settle(head, .failedForGood) == "dead")
            let ids = steps.dropFirst().map { JobID(trusted: "op:\($0.name)") }
            let jobs = try await test.queue.jobs(ids)
            #expect(jobs.count { $0?.state == .cancelled && $0?.cause == "upstream" } == 999)
            #expect(try await test.handout("owner", slots: 1).jobs.count == 1)
        }
    }

    @Test func `a flow that is enqueued again changes nothing`() async throws {
        try await QueueUnderTest.with { test in
            #expect(try await test.queue.enqueue(flow(test, .all)))
            let parents = try await test.claim(3)
            #expect(try await !test.queue.enqueue(flow(test, .any)))
            #expect(try await test.settle(parents) { _ in .completed() } == ["completed", "completed", "completed"])
            #expect(try await test.entries() == 0)
        }
    }

    @Test func `a dead step outlives its flow until someone discards it`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, .any))
            let parents = try await test.claim(3)
            let dead = parents[0].id
            try await test.settle(parents[0], .failedForGood)
            try await test.settle([parents[1], parents[2]]) { _ in .completed() }
            let child = try await test.handout("child", slots: 1).jobs
            try await test.settle(child) { _ in .completed() }
            func life(_ id: JobID) async throws -> Int {
                try await test.command("PTTL", test.partition.key(job: id)).integer ?? 0
            }
            #expect(try await life(parents[1].id) > 0)
            #expect(try await life(dead) == -1)
            #expect(try await test.queue.deadLetters().map(\.id) == [dead])
            #expect(try await test.queue.retryDeadLetter(dead) == .flow)
            #expect(try await test.queue.discardDeadLetter(dead) == .discarded)
            #expect(try await life(dead) > 0)
            #expect(try await test.queue.deadLetters().isEmpty)
        }
    }

    @Test
    func `a dead step whose flow is gone keeps its flow's id from being used again, and goes when it is discarded`()
        async throws
    {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, .all))
            let parent = try #require(try await test.claim(1).first)
            try await test.settle(parent, .failedForGood)
            try await test.queue.cancelFlow(Self.flow)
            // As if the retention had passed.
            for key in ["f:op", "j:op:E2", "j:op:E3", "j:op:E4", "j:op:settled"] {
                try await test.command("DEL", "\(test.base):\(key)")
            }
            #expect(try await !test.queue.enqueue(flow(test, .all)))
            #expect(try await test.queue.discardDeadLetter(parent.id) == .discarded)
            #expect(try await test.state(parent.id) == nil)
            #expect(try await test.queue.enqueue(flow(test, .all)))
        }
    }

    @Test func `a flow is refused when the job that tells its owner would take the place of a step`() async throws {
        try await QueueUnderTest.with { test in
            var flow = NewFlow(
                id: Self.flow,
                steps: [NewFlow.Step("settled", test.job())],
                whenSettled: test.job(queue: "owner")
            )
            let clash = flow
            #expect(await failure { try await test.queue.enqueue(clash) }?.field == "whenSettled.id")
            flow.whenSettled?.id = JobID(trusted: "elsewhere")
            let elsewhere = flow
            let error = await failure { try await test.queue.enqueue(elsewhere) }
            #expect(error?.code == .invalidJob && error?.field == "whenSettled.id")
        }
    }
}
