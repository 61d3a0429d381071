import JobModel
import JobQueue
import PrivateServers
import RedisClient

extension Bench {
    /// The client alone: XADDs of 250 bytes on one connection, so many outstanding at a time.
    func commands(_ scenario: BenchScenario, depth: Int) async throws -> BenchRow {
        let payload = String(repeating: "x", count: 250)
        let batch = Array(repeating: RedisCommand("XADD", "raw", "*", "p", payload), count: depth)
        let before = try await usage()
        let began = Self.nanoseconds()
        for _ in 0..<(jobs / depth) {
            for reply in await control.pipeline(batch) { _ = try reply.get() }
        }
        var row = try await row(
            scenario,
            jobs: jobs / depth * depth,
            seconds: Self.seconds(since: began),
            since: before
        )
        try await row.compare(
            with: "XADD of 250 B",
            port: redis.port,
            requests: jobs,
            clients: 1,
            pipeline: depth,
            command: ["XADD", "raw2", "*", "p", payload]
        )
        return row
    }

    func enqueueSingle() async throws -> BenchRow {
        let count = min(jobs, 20_000)
        let before = try await usage()
        let began = Self.nanoseconds()
        try await producer().single(count)
        var row = try await row(.enqueueSingle, jobs: count, seconds: Self.seconds(since: began), since: before)
        try await compareEnqueue(&row, requests: count, clients: 1, pipeline: 1)
        return row
    }

    func enqueueConcurrent() async throws -> BenchRow {
        let before = try await usage()
        let began = Self.nanoseconds()
        try await producer().concurrent(jobs, callers: 50)
        var row = try await row(.enqueueConcurrent, jobs: jobs, seconds: Self.seconds(since: began), since: before)
        try await compareEnqueue(&row, requests: jobs, clients: 50, pipeline: 1)
        return row
    }

    func enqueueBulk() async throws -> BenchRow {
        let count = jobs * 2
        let before = try await usage()
        let began = Self.nanoseconds()
        try await producer().bulk(count)
        var row = try await row(.enqueueBulk, jobs: count, seconds: Self.seconds(since: began), since: before)
        try await compareEnqueue(&row, requests: min(count, 50_000), clients: 1, pipeline: 64)
        return row
    }

    static func seconds(since began: Int) -> Double { Double(nanoseconds() - began) / 1e9 }

    /// Has redis-benchmark enqueue one job a call with the same function and the same arguments.
    private func compareEnqueue(_ row: inout BenchRow, requests: Int, clients: Int, pipeline: Int) async throws {
        let sample = producer().job("noop", 0)
        let line = PolicyLine(queue: sample.queue, action: sample.action, policy: sample.policy).encoded
        try await row.compare(
            with: "FCALL enqueue_jobs, one job a call",
            port: redis.port,
            requests: requests,
            clients: clients,
            pipeline: pipeline,
            command: [
                "FCALL", "enqueue_jobs" + queue.functions.suffix, "1", "{ceiling:0}", "0", "j-__rand_int__", line,
                String(decoding: sample.input, as: UTF8.self), "0", "", "1000",
            ]
        )
    }
}

extension BenchRow {
    /// Puts redis-benchmark's rate of a command beside the row's.
    mutating func compare(
        with name: String,
        port: Int,
        requests: Int,
        clients: Int,
        pipeline: Int,
        command: [String]
    ) async throws {
        let rate = try await RedisBenchmark.rate(
            port: port,
            requests: requests,
            clients: clients,
            pipeline: pipeline,
            command: command
        )
        redisBenchmark = "\(name), -c \(clients) -P \(pipeline)"
        redisBenchmarkPerSecond = rate
        ratio = (jobsPerSecond ?? 0) / rate
    }
}
