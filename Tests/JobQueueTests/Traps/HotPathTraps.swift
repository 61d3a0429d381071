import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// What Redis executes for one lone job: a command more here is paid by every job.
@Suite("The path of a lone job", .redisServer(), .timeLimit(.minutes(1))) struct HotPathTraps {
    @Test func `enqueue, claim and settlement execute these commands and no others`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            let enqueue = try await commands(test) { try await test.enqueue(test.job { $0.auditRate = 0.5 }) }
            #expect(enqueue == ["hincrby": 1, "hset": 1, "sadd": 1, "time": 1, "xadd": 1])
            var jobs: [ClaimedJob] = []
            var claim = try await commands(test) { jobs = try await test.claim(1) }
            // Which lane is read first follows from the fence; each is read at most twice.
            #expect(1...6 ~= claim.removeValue(forKey: "xreadgroup") ?? 0)
            claim["xgroup|setid"] = nil
            #expect(
                claim == [
                    "get": 1, "hmget": 1, "hset": 1, "set": 1, "sismember": 1, "time": 1, "zadd": 1, "zrange": 1,
                    "zrangebyscore": 1,
                ]
            )
            let settle = try await commands(test) { _ = try await test.settle(jobs) { _ in .completed() } }
            #expect(
                settle == [
                    "hincrby": 1, "hmget": 1, "hset": 1, "pexpire": 1, "time": 1, "xack": 1, "xadd": 1, "xdel": 1,
                    "zrem": 1,
                ]
            )
        }
    }

    /// The commands that a call leads to, without itself.
    private func commands(_ test: QueueUnderTest, _ body: () async throws -> Void) async throws -> [String: Int] {
        try await test.command("CONFIG", "RESETSTAT")
        try await body()
        let text = try await test.command("INFO", "commandstats").string ?? ""
        var calls: [String: Int] = [:]
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("cmdstat_") {
            let words = line.dropFirst("cmdstat_".count).split(separator: ":", maxSplits: 1)
            guard words.count == 2, let count = words[1].split(separator: ",").first?.dropFirst("calls=".count) else {
                continue
            }
            calls[String(words[0])] = Int(count)
        }
        for own in ["fcall", "config|resetstat", "info"] { calls[own] = nil }
        return calls
    }
}
