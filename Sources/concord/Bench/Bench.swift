import Foundation
import JobModel
import JobQueue
import Logging
import PrivateServers
import RedisClient

/// One run of one scenario in a namespace of its own.
struct Bench {
    let redis: PrivateRedis
    let namespace: String
    let jobs: Int
    let concurrency: Int
    let persistence: Persistence
    let queue: JobQueue
    private let control: RedisClient

    static let queueName: QueueName = "bench"
    /// 202 bytes of JSON, as in the comparison with other queues.
    static let padding = String(repeating: "x", count: 170)

    init(redis: PrivateRedis, namespace: String, jobs: Int, concurrency: Int, persistence: Persistence) throws {
        self.redis = redis
        self.namespace = namespace
        self.jobs = jobs
        self.concurrency = concurrency
        self.persistence = persistence
        let logger = Logger(label: "bench")
        queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: redis.url, namespace: namespace),
            logger: logger
        )
        control = RedisClient(configuration: try RedisConfiguration(url: redis.url), logger: logger)
    }

    func close() async throws {
        _ = try await control.send(RedisCommand("FLUSHALL"))
        await queue.close()
        await control.close()
    }

    func run(_ scenario: BenchScenario) async throws -> BenchRow {
        try await queue.prepare()
        try await queue.createQueues([Self.queueName])
        switch scenario {
        case .commands16: return try await commands(scenario, depth: 16)
        case .commands64: return try await commands(scenario, depth: 64)
        case .enqueueSingle: return try await enqueueSingle()
        case .enqueueBulk: return try await enqueueBulk()
        case .drain: return try await drain()
        case .both: return try await both()
        case .latency: return try await latency()
        }
    }

    // MARK: Scenarios

    /// The client alone: XADDs of 250 bytes on one connection, so many outstanding at a time.
    private func commands(_ scenario: BenchScenario, depth: Int) async throws -> BenchRow {
        let payload = String(repeating: "x", count: 250)
        let batch = Array(repeating: RedisCommand("XADD", "\(namespace):raw", "*", "p", payload), count: depth)
        let before = try await usage()
        let clock = ContinuousClock.now
        for _ in 0..<(jobs / depth) {
            for reply in await control.pipeline(batch) { _ = try reply.get() }
        }
        var row = try await row(scenario.rawValue, jobs / depth * depth, clock.duration(to: .now), before)
        row.redisBenchmark = "XADD of 250 B, -c 1 -P \(depth)"
        let rate = try await RedisBenchmark.rate(
            port: redis.port,
            requests: jobs,
            clients: 1,
            pipeline: depth,
            command: ["XADD", "\(namespace):raw2", "*", "p", payload]
        )
        row.redisBenchmarkPerSecond = rate
        row.ratio = (row.jobsPerSecond ?? 0) / rate
        return row
    }

    private func enqueueSingle() async throws -> BenchRow {
        let count = min(jobs, 10_000)
        let before = try await usage()
        let clock = ContinuousClock.now
        for number in 0..<count { _ = try await queue.enqueue(job(number)) }
        let elapsed = clock.duration(to: .now)
        var row = try await row("enqueue-single", count, elapsed, before)
        try await compare(&row, requests: count, clients: 1, pipeline: 1)
        return row
    }

    private func enqueueBulk() async throws -> BenchRow {
        let list = (0..<jobs).map(job)
        let memory = try await usedMemory()
        let before = try await usage()
        let clock = ContinuousClock.now
        for start in stride(from: 0, to: jobs, by: 5000) {
            _ = try await queue.enqueue(Array(list[start..<min(jobs, start + 5000)]))
        }
        let elapsed = clock.duration(to: .now)
        var row = try await row("enqueue-bulk", jobs, elapsed, before)
        row.overheadBytesPerWaitingJob =
            Double(try await usedMemory() - memory) / Double(jobs) - Double(list[0].input.count)
        try await compare(&row, requests: min(jobs, 50_000), clients: 1, pipeline: 64)
        return row
    }

    private func drain() async throws -> BenchRow {
        try await fill(jobs)
        let worker = try await startWorker()
        let start = try await waitUntil(settled: 1)
        let before = try await usage()
        let done = try await settledCount()
        try await waitUntil(settled: jobs)
        var row = try await row("drain", jobs - done, start.duration(to: .now), before)
        row.workerMebibytes = Self.residentMebibytes(worker.pid)
        _ = await worker.terminate()
        return row
    }

    private func both() async throws -> BenchRow {
        let worker = try await startWorker()
        try await waitForWorker()
        let before = try await usage()
        let clock = ContinuousClock.now
        let batch = 500
        for start in stride(from: 0, to: jobs, by: batch) {
            _ = try await queue.enqueue((start..<min(jobs, start + batch)).map(job))
        }
        try await waitUntil(settled: jobs)
        let row = try await row("both", jobs, clock.duration(to: .now), before)
        _ = await worker.terminate()
        return row
    }

    private func latency() async throws -> BenchRow {
        let worker = try await startWorker()
        try await waitForWorker()
        var ids: [JobID] = []
        let samples = 500
        for number in 0..<samples {
            var job = job(number)
            job.policy.retention = .seconds(600)
            job.input = Array(#"{"sent":\#(Self.nanoseconds()),"padding":"\#(Self.padding)"}"#.utf8)
            ids.append(try await queue.enqueue(job).id)
            try await Task.sleep(for: .milliseconds(20))
        }
        try await waitUntil(settled: samples)
        var waits: [Double] = []
        for snapshot in try await queue.jobs(ids) {
            guard let result = snapshot?.result, let wait = try JSONValue(parsing: result)["waited"]?.double else {
                continue
            }
            waits.append(wait / 1e6)
        }
        _ = await worker.terminate()
        waits.sort()
        guard waits.count == samples else {
            throw BenchError(message: "\(waits.count) of \(samples) latencies arrived")
        }
        return BenchRow(
            scenario: "latency",
            persistence: persistence.rawValue,
            jobs: samples,
            p50Milliseconds: waits[samples / 2],
            p99Milliseconds: waits[samples * 99 / 100]
        )
    }

    // MARK: Parts

    private func job(_ number: Int) -> NewJob {
        NewJob(
            queue: Self.queueName,
            action: "noop",
            input: Array(#"{"number":\#(number),"padding":"\#(Self.padding)"}"#.utf8)
        )
    }

    private func fill(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 5000) {
            _ = try await queue.enqueue((start..<min(count, start + 5000)).map(job))
        }
    }

    private func startWorker() async throws -> ChildProcess {
        let arguments = [
            "bench", "worker", "--redis-url", redis.url, "--namespace", namespace, "--concurrency", String(concurrency),
        ]
        return try await ChildProcess.spawn(
            ChildCommand(executable: try Self.executable(), arguments: arguments, logFile: "\(redis.folder)/worker.log")
        )
    }

    static func executable() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    private func waitForWorker() async throws {
        while try await queue.processes().isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .milliseconds(300))
    }

    @discardableResult
    private func waitUntil(settled count: Int) async throws -> ContinuousClock.Instant {
        while try await settledCount() < count { try await Task.sleep(for: .milliseconds(2)) }
        return .now
    }

    private func settledCount() async throws -> Int {
        let key = "\(queue.partitions.bases[0]):stats:\(Self.queueName)"
        return try await control.send(RedisCommand("HGET", key, "completed")).integer ?? 0
    }

    private struct Usage {
        var cpuSeconds: Double
        var commands: Double
    }

    private func usage() async throws -> Usage {
        let cpu = try await info("cpu")
        let commands = try await info("commandstats")
        var calls = 0.0
        for (name, text) in commands where name.hasPrefix("cmdstat_") {
            let count = text.split(separator: ",").first?.split(separator: "=").last.flatMap { Double($0) }
            if name != "cmdstat_info" { calls += count ?? 0 }
        }
        let seconds = (Double(cpu["used_cpu_sys"] ?? "") ?? 0) + (Double(cpu["used_cpu_user"] ?? "") ?? 0)
        return Usage(cpuSeconds: seconds, commands: calls)
    }

    private func usedMemory() async throws -> Int { Int(try await info("memory")["used_memory"] ?? "") ?? 0 }

    private func info(_ section: String) async throws -> [String: String] {
        let text = try await control.send(RedisCommand("INFO", section)).string ?? ""
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
        return values
    }

    private func row(
        _ scenario: String,
        _ count: Int,
        _ elapsed: Duration,
        _ before: Usage
    ) async throws -> BenchRow {
        let after = try await usage()
        return BenchRow(
            scenario: scenario,
            persistence: persistence.rawValue,
            jobs: count,
            jobsPerSecond: Double(count) / (elapsed / .seconds(1)),
            redisMicrosecondsPerJob: (after.cpuSeconds - before.cpuSeconds) * 1e6 / Double(count),
            commandsPerJob: (after.commands - before.commands) / Double(count)
        )
    }

    /// Has redis-benchmark enqueue one job a call with the same function and the same arguments.
    private func compare(_ row: inout BenchRow, requests: Int, clients: Int, pipeline: Int) async throws {
        let sample = job(0)
        let line = PolicyLine(queue: sample.queue, action: sample.action, policy: sample.policy).encoded
        let rate = try await RedisBenchmark.rate(
            port: redis.port,
            requests: requests,
            clients: clients,
            pipeline: pipeline,
            command: [
                "FCALL", "enqueue_jobs" + queue.functions.suffix, "1", "{bench:9}", "0", "j-__rand_int__", line,
                String(decoding: sample.input, as: UTF8.self), "0", "", "1000",
            ]
        )
        row.redisBenchmark = "FCALL enqueue_jobs, 1 job a call, -c \(clients) -P \(pipeline)"
        row.redisBenchmarkPerSecond = rate
        row.ratio = (row.jobsPerSecond ?? 0) / rate
    }

    private static func residentMebibytes(_ pid: Int32) -> Double? {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
    }

    /// The monotonic clock of the machine, which two processes share.
    static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

/// Why a measurement could not be made.
struct BenchError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
