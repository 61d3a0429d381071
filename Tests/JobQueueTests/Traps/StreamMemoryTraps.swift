import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// What Redis holds stays small: streams empty themselves, and a waiting job costs little.
@Suite("Memory", .timeLimit(.minutes(1))) struct StreamMemoryTraps {
    @Test(.redisServer()) func `one job in a hundred that waits for a person pins no stream memory`() async throws {
        try await QueueUnderTest.with { test in
            _ = try await test.queue.enqueue((0..<10_000).map { _ in test.job { $0.retention = .zero } })
            let full = try await usage(test)
            var parked = 0
            while true {
                let jobs = try await test.claim(100)
                if jobs.isEmpty { break }
                let answers = try await test.settle(jobs.shuffled()) { job in
                    .completed(confidence: job.id == jobs[0].id ? 0.1 : 1)
                }
                parked += answers.count { $0 == "escalated" }
            }
            #expect(parked == 100)
            #expect(try await test.entries() == 0)
            #expect(try await test.command("XPENDING", test.stream(), "workers")[0].integer == 0)
            let drained = try await usage(test)
            #expect(full > 100_000 && drained < 4096, "\(full) bytes when full, \(drained) when drained")
            #expect(try await test.queue.openEscalationCount() == 100)
        }
    }

    private func usage(_ test: QueueUnderTest) async throws -> Int {
        try await test.command("MEMORY", "USAGE", test.stream(), "SAMPLES", "0").integer ?? 0
    }

    @Test(.redisServer()) func `the group's lag stays a number after cancellations, and falls to zero`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            let ids = try await test.queue.enqueue((0..<10).map { _ in test.job() }).map(\.id)
            for id in ids.prefix(5) { _ = try await test.queue.cancel(id) }
            #expect(try await lag(test) == 10)
            let jobs = try await test.claim(3)
            #expect(jobs.map(\.id) == Array(ids[5...7]))
            for job in jobs { _ = try await test.queue.cancel(job.id) }
            #expect(try await lag(test) == 2)
            try await test.settle(jobs + (try await test.claim(10))) { _ in .completed() }
            #expect(try await lag(test) == 0)
            #expect(try await test.entries() == 0)
        }
    }

    private func lag(_ test: QueueUnderTest) async throws -> Int? {
        let groups = try await test.command("XINFO", "GROUPS", test.stream())
        for group in groups.elements {
            let fields = group.elements.map { $0.string ?? $0.integer.map(String.init) }
            guard let name = fields.firstIndex(of: "name"), fields[name + 1] == "workers" else { continue }
            return fields.firstIndex(of: "lag").flatMap { group[$0 + 1].integer }
        }
        return nil
    }

    @Test(.redisServer()) func `a waiting job takes less than 512 bytes beside its payload`() async throws {
        try await QueueUnderTest.with { test in
            let payload = 200
            let input = #"{"p":""# + String(repeating: "x", count: payload - 8) + #""}"#
            _ = try await test.queue.enqueue(test.job(input: input))
            let before = try await test.info("memory", "used_memory")
            _ = try await test.queue.enqueue((0..<10_000).map { _ in test.job(input: input) })
            let after = try await test.info("memory", "used_memory")
            let overhead = (after - before) / 10_000 - payload
            #expect(overhead > 0 && overhead < 512, "\(overhead) bytes a job beside its payload")
        }
    }

    @Test(.redisServer()) func `finished work that is not to be kept leaves nothing behind`() async throws {
        try await QueueUnderTest.with { test in
            for _ in 0..<3 { try await churn(test) }
            let keys = try await test.command("DBSIZE").integer
            try await churn(test)
            #expect(try await test.command("DBSIZE").integer == keys)
        }
    }

    private func churn(_ test: QueueUnderTest) async throws {
        let jobs = (0..<50).map { number in
            test.job(delay: .milliseconds(number % 5 == 0 ? 1 : 0)) { $0.retention = .zero }
        }
        let ids = try await test.queue.enqueue(jobs).map(\.id)
        _ = try await test.queue.cancel(ids[1])
        var done = 0
        while done < 49 {
            let claimed = try await test.claim(20)
            done += claimed.count
            try await test.settle(claimed) { _ in .completed() }
        }
    }
}
