import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A lease is a right that silence ends, and only its fence proves it.
@Suite("Leases", .redisServer(), .timeLimit(.minutes(1))) struct LeaseTraps {
    private static let start = QueueUnderTest.start

    @Test func `a worker that was silent too long cannot steal its job back by a heartbeat`() async throws {
        try await QueueUnderTest.withClock { test in
            let id = try await test.queue.enqueue(test.job()).id
            let old = try #require(try await test.claim(1, as: "silent", lease: 1000).first)
            try await test.turn(to: Self.start + 1000)
            #expect(try await test.beat([], as: "other").recovered == 1)
            let new = try #require(try await test.claim(1, as: "other", lease: 5000).first)
            #expect(new.id == id && new.fence > old.fence && new.delivery == 2 && new.attempt == 1)
            try await test.turn(to: Self.start + 2000)
            #expect(try await test.beat([old], as: "silent", lease: 90_000).lost == [id])
            let lease = try await test.command("ZSCORE", "\(test.base):leases", id.rawValue).integer
            #expect(lease == Self.start + 6000)
            #expect(try await test.queue.job(id)?.owner == "other")
            #expect(try await test.settle(new, .completed()) == "completed")
        }
    }

    @Test func `an outcome is refused once the lease is lost, before and after the job is handed out again`()
        async throws
    {
        try await QueueUnderTest.withClock { test in
            let id = try await test.queue.enqueue(test.job()).id
            let old = try #require(try await test.claim(1, lease: 1000).first)
            try await test.turn(to: Self.start + 1000)
            try await test.beat([], as: "other")
            #expect(try await test.settle(old, .completed("1")) == "stale")
            #expect(try await test.state(id) == .ready)
            let new = try #require(try await test.claim(1, as: "other").first)
            for verdict in [.completed("1"), .failedForGood, .released, .cancelled] as [Settlement.Verdict] {
                #expect(try await test.settle(old, verdict) == "stale")
            }
            #expect(try await test.settle(new, .completed("2")) == "completed")
            let job = try #require(try await test.queue.job(id))
            #expect(job.state == .completed && job.result == Array("2".utf8) && job.attempts == 0)
        }
    }

    @Test func `an outcome that is sent again changes nothing`() async throws {
        try await QueueUnderTest.with { test in
            let id = try await test.queue.enqueue(test.job()).id
            let job = try #require(try await test.claim(1).first)
            #expect(try await test.settle([job, job]) { _ in .failedOnce } == ["scheduled", "stale"])
            #expect(try await test.settle(job, .failedOnce) == "stale")
            #expect(try await test.queue.job(id)?.attempts == 1)
        }
    }

    @Test func `a job that kills its workers is a dead letter after its deliveries, without having used an attempt`()
        async throws
    {
        try await QueueUnderTest.withClock { test in
            let id = try await test.queue.enqueue(test.job { $0.maximumDeliveries = 3 }).id
            for delivery in 1...3 {
                #expect(try await test.claim(1, lease: 1000).first?.delivery == delivery)
                try await test.turn(to: Self.start + delivery * 1000)
                #expect(try await test.beat([]).recovered == 1)
            }
            let job = try #require(try await test.queue.job(id))
            #expect(job.state == .dead && job.cause == "deliveries" && job.attempts == 0 && job.deliveries == 3)
            #expect(try await test.claim(1).isEmpty)
            #expect(try await test.queue.retryDeadLetter(id) == .ready)
            #expect(try await test.claim(1).first?.delivery == 1)
        }
    }

    @Test func `a job handed back unused has used up nothing`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job { $0.maximumDeliveries = 1 })
            for _ in 1...5 {
                let job = try #require(try await test.claim(1).first)
                #expect(job.delivery == 1 && job.attempt == 1)
                #expect(try await test.settle(job, .released) == "ready")
            }
            #expect(try await test.entries() == 1)
        }
    }

    @Test func `of a long history the ten newest errors are kept`() async throws {
        try await QueueUnderTest.with { test in
            let id = try await test.queue.enqueue(
                test.job {
                    $0.maximumAttempts = 20
                    $0.backoff = .none
                }
            ).id
            for _ in 1...13 {
                let job = try #require(try await test.claim(1).first)
                #expect(try await test.settle(job, .failedOnce) == "ready")
            }
            let job = try #require(try await test.queue.job(id))
            #expect(job.attempts == 13 && job.errors.map(\.attempt) == Array(4...13))
            #expect(job.errors.last?.failure.code == "test")
        }
    }

    @Test func `a confidence that is no number passes no threshold`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job { $0.confidenceThreshold = 0.1 })
            let job = try #require(try await test.claim(1).first)
            #expect(try await test.settle(job, .completed(confidence: .nan)) == "escalated")
        }
    }

    @Test func `a handler that ignores its time limit loses its lease, and a live one is told first`() async throws {
        try await QueueUnderTest.withClock { test in
            let id = try await test.queue.enqueue(test.job { $0.timeout = .seconds(10) }).id
            let job = try #require(try await test.claim(1, lease: 5000).first)
            try await test.turn(to: Self.start + 4000)
            #expect(try await test.beat([job], lease: 5000) == QueueUnderTest.Beat())
            try await test.turn(to: Self.start + 8000)
            try await test.beat([job], lease: 5000)
            try await test.turn(to: Self.start + 12_000)
            #expect(try await test.beat([job], lease: 5000) == QueueUnderTest.Beat(overdue: [id]))
            try await test.turn(to: Self.start + 16_000)
            #expect(try await test.beat([job], lease: 5000).overdue == [id])
            try await test.turn(to: Self.start + 17_000)
            #expect(try await test.beat([job], lease: 5000) == QueueUnderTest.Beat(overdue: [id], recovered: 1))
            #expect(try await test.state(id) == .ready)
        }
    }
}
