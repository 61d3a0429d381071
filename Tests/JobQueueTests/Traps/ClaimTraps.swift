import Logging
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// What is handed out: never too much, by the weights, in order, and past what is void.
@Suite("Claims", .redisServer(), .timeLimit(.minutes(1))) struct ClaimTraps {
    private func fill(_ test: QueueUnderTest, _ count: Int, _ lanes: [Lane] = Lane.allCases) async throws {
        let jobs = lanes.flatMap { lane in (0..<count).map { _ in test.job { $0.lane = lane } } }
        _ = try await test.queue.enqueue(jobs)
    }

    @Test(arguments: [
        LaneWeights.standard, LaneWeights(high: 1, normal: 1, low: 1), LaneWeights(high: 2, normal: 5, low: 3),
    ])
    func `under full load every lane gets the share of its weight, whatever the size of the claims`(
        _ weights: LaneWeights
    ) async throws {
        try await QueueUnderTest.with { test in
            try await fill(test, 300)
            let total = 20 * (weights.high + weights.normal + weights.low)
            var shares: [Lane: Int] = [:]
            var claimed = 0
            while claimed < total {
                let slots = min(total - claimed, Int.random(in: 1...7))
                let jobs = try await test.handout(slots: slots, weights: weights).jobs
                #expect(jobs.count == slots)
                claimed += jobs.count
                for job in jobs { shares[job.line.policy.lane, default: 0] += 1 }
            }
            #expect(shares == [.high: 20 * weights.high, .normal: 20 * weights.normal, .low: 20 * weights.low])
        }
    }

    @Test func `jobs of many policies in one claim keep each its own`() async throws {
        try await QueueUnderTest.with { test in
            let jobs = (0..<24).map { number in
                test.job { policy in
                    policy.maximumAttempts = 1 + number % 3
                    policy.retention = .seconds(60 + number % 2)
                    if number % 4 == 0 { policy.auditRate = 0.25 }
                }
            }
            var expected: [JobID: JobPolicy] = [:]
            for (job, receipt) in zip(jobs, try await test.queue.enqueue(jobs)) { expected[receipt.id] = job.policy }
            let before = try await test.handout(slots: 1).now
            let claimed = try await test.claim(24)
            #expect(claimed.count == 23)
            for job in claimed {
                #expect(job.line.policy == expected[job.id])
                #expect(job.line.createdMilliseconds.map { (1...before).contains($0) } == true)
            }
        }
    }

    @Test(arguments: [1, 3, 8]) func `the low lane is served while the high lane never empties`(
        _ slots: Int
    ) async throws {
        try await QueueUnderTest.with { test in
            try await fill(test, 5, [.low])
            var served = 0
            var used = 0
            while served < 5, used < 200 {
                try await fill(test, slots, [.high])
                let jobs = try await test.claim(slots)
                used += jobs.count
                served += jobs.count { $0.line.policy.lane == .low }
            }
            #expect(served == 5)
            #expect(used <= 60)
        }
    }

    @Test func `a claim never returns more than it asked for, and no less than there is`() async throws {
        try await QueueUnderTest.with { test in
            for _ in 0..<150 {
                let counts = Lane.allCases.map { _ in Int.random(in: 0...6) }
                for (lane, count) in zip(Lane.allCases, counts) { try await fill(test, count, [lane]) }
                let ready = try await test.queue.queues().first?.ready ?? 0
                let slots = Int.random(in: 1...14)
                let jobs = try await test.claim(slots)
                #expect(jobs.count == min(slots, ready))
                try await test.settle(jobs) { _ in .completed() }
            }
        }
    }

    @Test func `1,200 jobs that fall due at once are handed out in the order of their due times`() async throws {
        try await QueueUnderTest.withClock { test in
            let delays = (1...1200).shuffled()
            _ = try await test.queue.enqueue(delays.map { test.job("d\($0)", delay: .milliseconds($0 * 10)) })
            #expect(try await test.claim(10).isEmpty)
            try await test.turn(to: QueueUnderTest.start + 20_000)
            var order: [String] = []
            while order.count < 1200 {
                let handout = try await test.handout(slots: 100)
                try #require(handout.jobs.count == 100)
                order += handout.jobs.map(\.id.rawValue)
            }
            #expect(order == (1...1200).map { "d\($0)" })
            #expect(try await test.command("ZCARD", "\(test.base):delayed:q").integer == 0)
        }
    }

    @Test func `a claim says when the next delayed job is due`() async throws {
        try await QueueUnderTest.withClock { test in
            #expect(try await test.handout(slots: 1).again == -1)
            _ = try await test.queue.enqueue([
                test.job(delay: .seconds(30)), test.job(delay: .seconds(20)),
                test.job(queue: "other", delay: .seconds(1)),
            ])
            #expect(try await test.handout(slots: 1).again == QueueUnderTest.start + 20_000)
        }
    }

    @Test func `a backlog of cancelled jobs holds up no live one, as each claim says to claim again at once`()
        async throws
    {
        try await QueueUnderTest.with { test in
            let cancelled = try await test.queue.enqueue((0..<500).map { _ in test.job() }).map(\.id)
            let live = try await test.queue.enqueue(test.job()).id
            for id in cancelled { #expect(try await test.queue.cancel(id) == .cancelled) }
            var calls = 0
            var found: JobID?
            while found == nil, calls < 100 {
                let handout = try await test.handout(slots: 1)
                found = handout.jobs.first?.id
                #expect(found != nil || handout.again == handout.now)
                calls += 1
            }
            #expect(found == live)
            #expect(try await test.entries() == 1)
        }
    }

    @Test func `the id of a cancelled job that is enqueued anew in another queue is not handed out twice or wrongly`()
        async throws
    {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job("again") { $0.retention = .zero })
            #expect(try await test.queue.cancel(JobID(trusted: "again")) == .cancelled)
            let second = try await test.queue.enqueue(test.job("again", queue: "other") { $0.lane = .low })
            #expect(!second.isDuplicate)
            #expect(try await test.claim(5).isEmpty)
            let jobs = try await test.handout("other", slots: 5).jobs
            #expect(jobs.map(\.id.rawValue) == ["again"])
            #expect(try await test.settle(jobs) { _ in .completed() } == ["completed"])
            for (name, lane) in [(QueueName("q"), Lane.normal), (QueueName("other"), Lane.low)] {
                #expect(try await test.entries(lane, of: name) == 0)
            }
        }
    }

    @Test func `a paused queue hands out nothing, and its backlog wakes a worker once, not once a job`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            try await test.queue.setPaused(true, queue: QueueUnderTest.name)
            try await fill(test, 100, [.normal])
            let redis = RedisClient(
                configuration: test.queue.redisConfiguration,
                logger: Logger(label: "bell") { _ in SwiftLogNoOpLogHandler() }
            )
            let bell = Bell(
                redis: redis,
                partition: test.partition,
                queue: QueueUnderTest.name,
                logger: test.queue.logger
            )
            // The first wake-up may be the bell of the pause's own making; the claim after it silences the backlog.
            #expect(try await bell.wait(milliseconds: 1000))
            let handout = try await test.handout(slots: 10, isWoken: true)
            #expect(handout.isPaused && handout.jobs.isEmpty)
            #expect(try await !bell.wait(milliseconds: 20))
            try await test.queue.setPaused(false, queue: QueueUnderTest.name)
            #expect(try await bell.wait(milliseconds: 1000))
            #expect(try await test.claim(100).count == 100)
            await redis.close()
        }
    }
}
