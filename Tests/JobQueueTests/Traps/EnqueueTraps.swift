import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A job is accepted once, whatever its caller repeats, and refused with the field that is wrong.
@Suite("Enqueue", .redisServer(), .timeLimit(.minutes(1))) struct EnqueueTraps {
    @Test func `an idempotency key outlives its job, which leaves no record`() async throws {
        try await QueueUnderTest.with { test in
            let first = try await test.queue.enqueue(test.job(key: "nightly") { $0.retention = .zero })
            try await test.settle(try await test.claim(1)) { _ in .completed() }
            #expect(try await test.state(first.id) == nil)
            let second = try await test.queue.enqueue(test.job(key: "nightly") { $0.retention = .zero })
            #expect(!first.isDuplicate && second.isDuplicate && second.id == first.id)
            #expect(try await test.claim(1).isEmpty)
            let elsewhere = try await test.queue.enqueue(test.job(queue: "other", key: "nightly"))
            #expect(!elsewhere.isDuplicate)
        }
    }

    @Test func `of many enqueues with one key at once, one is accepted and the others are told its id`() async throws {
        try await QueueUnderTest.with { test in
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for _ in 0..<50 { group.addTask { try await test.queue.enqueue(test.job(key: "once")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.count { !$0.isDuplicate } == 1)
            #expect(Set(receipts.map(\.id)).count == 1)
            #expect(try await test.entries() == 1)
        }
    }

    @Test func `an id that is in use is not enqueued again, whatever its job does at the moment`() async throws {
        try await QueueUnderTest.with { test in
            let job = test.job("chosen", input: "1")
            #expect(try await !test.queue.enqueue(job).isDuplicate)
            #expect(try await test.queue.enqueue(job).isDuplicate)
            let running = try #require(try await test.claim(5).first)
            #expect(try await test.queue.enqueue(test.job("chosen", input: "2")).isDuplicate)
            #expect(try await test.state(running.id) == .running)
            #expect(try await test.claim(5).isEmpty)
            #expect(try await test.settle(running, .completed()) == "completed")
            #expect(try await test.queue.enqueue(job).isDuplicate)
            #expect(try await test.queue.job(running.id)?.input == Array("1".utf8))
        }
    }

    @Test(arguments: [1, 2, 3]) func `jobs whose receipts were lost on the way are there once, and the resend says so`(
        _ losses: Int
    ) async throws {
        let server = try RedisServerTrait.server
        let proxy = try await LossyProxy.start(before: server.port)
        try await QueueUnderTest.with({ $0.redisURL = "redis://127.0.0.1:\(proxy.port)" }) { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            proxy.lose(losses)
            let jobs = (0..<600).map { number in test.job(key: number % 2 == 0 ? "k\(number)" : nil) }
            let receipts = try await test.queue.enqueue(jobs)
            #expect(proxy.lost == losses)
            #expect(receipts.count == 600 && receipts.allSatisfy { !$0.isDuplicate })
            #expect(Set(receipts.map(\.id)).count == 600)
            #expect(try await test.entries() == 600)
            let claimed = try await test.claim(1000)
            #expect(Set(claimed.map(\.id)) == Set(receipts.map(\.id)))
        }
        try await proxy.close()
    }

    @Test func `an input that is too large is refused before anything is sent, and the field is named`() async throws {
        try await QueueUnderTest.with({ $0.maximumPayloadBytes = 1024 }) { test in
            let large = test.job(input: String(repeating: "1", count: 1025))
            let error = await failure {
                try await test.queue.enqueue([test.job(), large])
            }
            #expect(error?.code == .payloadTooLarge && error?.field == "input")
            #expect(try await test.command("EXISTS", test.stream()).integer == 0)
            try await test.enqueue(test.job(input: String(repeating: "1", count: 1024)))
            let flow = NewFlow(id: JobID(trusted: "op"), steps: [NewFlow.Step("E1", large)])
            #expect(await failure { try await test.queue.enqueue(flow) }?.field == "input")
        }
    }

    @Test(arguments: [
        ("value", Decision.override(.string(String(repeating: "x", count: 1030)))),
        ("parameters", .retry(parameters: ["x": .string(String(repeating: "x", count: 1030))], guidance: nil)),
    ])
    func `a decision's value that is too large is refused, and the field is named`(
        _ field: String,
        _ decision: Decision
    ) async throws {
        try await QueueUnderTest.with({ $0.maximumPayloadBytes = 1024 }) { test in
            try await test.enqueue(test.job())
            try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0) }
            let escalation = try #require(try await test.queue.openEscalations().first)
            let error = await failure {
                try await test.queue.decide(escalation.id, decision, version: 1, reviewer: "ann")
            }
            #expect(error?.code == .payloadTooLarge && error?.field == field)
            #expect(try await test.queue.escalation(escalation.id)?.version == 1)
        }
    }

    @Test func `a life that Redis cannot count is refused, not found out when the job has run`() async throws {
        try await QueueUnderTest.with { test in
            let job = test.job { $0.retention = .seconds(Int64.max) }
            #expect(await failure { try await test.queue.enqueue(job) }?.code == .invalidJob)
            try await test.enqueue(test.job { $0.retention = JobPolicy.longestTime })
            let claimed = try await test.claim(1)
            #expect(try await test.settle(claimed) { _ in .completed() } == ["completed"])
        }
        await #expect(throws: JobQueueError.self) {
            try await QueueUnderTest.with({ $0.idempotencyLife = .zero }) { _ in }
        }
    }

    @Test func `a chosen id and a key of another partition are refused, as one of them would not be found`()
        async throws
    {
        try await QueueUnderTest.with({ $0.partitions = 8 }) { test in
            let map = test.queue.partitions
            let keys = (0..<100).map { "key\($0)" }
            let far = try #require(keys.first { map.index(of: $0) != map.index(of: "chosen") })
            let near = try #require(keys.first { map.index(of: $0) == map.index(of: "chosen") })
            let error = await failure {
                try await test.enqueue(test.job("chosen", key: far))
            }
            #expect(error?.field == "idempotencyKey")
            let id = try await test.queue.enqueue(test.job("chosen", key: near)).id
            #expect(try await test.state(id) == .ready)
            let made = try await test.queue.enqueue(keys.map { test.job(key: $0) })
            #expect(try await test.queue.jobs(made.map(\.id)).allSatisfy { $0?.state == .ready })
        }
    }
}
