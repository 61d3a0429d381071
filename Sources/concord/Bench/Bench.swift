import Foundation
import JobModel
import JobQueue
import Logging
import PrivateServers
import RedisClient

/// One run of one scenario on a Redis of its own.
struct Bench: Sendable {
    let redis: PrivateRedis
    let jobs: Int
    let concurrency: Int
    let persistence: Persistence
    let queue: JobQueue
    let control: RedisClient
    let notes: RedisClient
    /// Where the worker's counters are.
    let folder: String

    static let queueName: QueueName = "bench"
    static let namespace = "bench"

    /// Starts a Redis, runs a scenario on it and stops it.
    static func run(
        _ scenario: BenchScenario,
        jobs: Int,
        concurrency: Int,
        persistence: Persistence
    ) async throws -> [BenchRow] {
        // Beyond Redis' own default, for the scenario of many connections.
        let settings = persistence.settings.merging(["maxclients": "12000"]) { $1 }
        let redis = try await PrivateRedis.start(settings: settings)
        let bench = try Bench(redis: redis, jobs: jobs, concurrency: concurrency, persistence: persistence)
        let rows: Result<[BenchRow], any Error>
        do {
            try await bench.queue.prepare()
            try await bench.queue.createQueues([queueName])
            rows = .success(try await bench.measure(scenario))
        } catch {
            rows = .failure(error)
        }
        await bench.queue.close()
        await bench.control.close()
        await bench.notes.close()
        await redis.terminate()
        return try rows.get()
    }

    private init(redis: PrivateRedis, jobs: Int, concurrency: Int, persistence: Persistence) throws {
        self.redis = redis
        self.jobs = jobs
        self.concurrency = concurrency
        self.persistence = persistence
        var logger = Logger(label: "bench")
        logger.logLevel = .warning
        queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: redis.url, namespace: Self.namespace),
            logger: logger
        )
        control = RedisClient(configuration: try RedisConfiguration(url: redis.url), logger: logger)
        notes = RedisClient(configuration: try RedisConfiguration(url: redis.url + "/1"), logger: logger)
        folder = redis.folder + "/probes"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func measure(_ scenario: BenchScenario) async throws -> [BenchRow] {
        switch scenario {
        case .commands16: [try await commands(scenario, depth: 16)]
        case .commands64: [try await commands(scenario, depth: 64)]
        case .enqueueSingle: [try await enqueueSingle()]
        case .enqueueConcurrent: [try await enqueueConcurrent()]
        case .enqueueBulk: [try await enqueueBulk()]
        case .drain: [try await drain(scenario)]
        case .drainDiscard: [try await drain(scenario, retention: .zero)]
        case .both: [try await both()]
        case .latency: [try await latency(scenario)]
        case .chain: [try await flows(scenario, isFan: false)]
        case .fan: [try await flows(scenario, isFan: true)]
        case .crash: [try await crash()]
        case .memory: [try await memory()]
        case .httpSingle: [try await http(scenario)]
        case .httpBatch: [try await http(scenario)]
        case .delay: try await delays()
        case .processes: try await processes()
        case .idle: try await idle()
        case .growth: try await growth()
        }
    }

    /// The producer of the benchmark's own process.
    func producer(retention: Duration = .seconds(3600)) -> BenchProducer {
        BenchProducer(queue: queue, retention: retention)
    }

    // MARK: Workers

    /// Starts a worker process.
    func startWorker(concurrency: Int? = nil, port: Int? = nil) async throws -> ChildProcess {
        let arguments = [
            "bench", "peer-worker", "--port", String(port ?? redis.port), "--namespace", Self.namespace, "--folder",
            folder, "--slots", String(concurrency ?? self.concurrency),
        ]
        return try await ChildProcess.spawn(
            ChildCommand(executable: try Self.executable(), arguments: arguments, logFile: "\(redis.folder)/worker.log")
        )
    }

    static func executable() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// Has a worker run a few jobs, so that what follows meets one that is awake.
    ///
    /// - Returns: how many jobs it has run.
    func warmUp() async throws -> Int {
        let count = 20
        try await producer().single(count)
        _ = try await reading(of: count)
        // Past its first waits: it is idle now, as in production.
        try await Task.sleep(for: .milliseconds(1500))
        return count
    }

    /// Waits until so many jobs have run.
    ///
    /// - Throws: ``BenchError`` when they do not within four minutes.
    func reading(of count: Int) async throws -> ProbeReading {
        let deadline = ContinuousClock.now + .seconds(240)
        while ContinuousClock.now < deadline {
            let reading = try ProbeReading(folder: folder)
            if reading.count >= count { return reading }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchError(message: "\(try ProbeReading(folder: folder).count) of \(count) jobs ran within four minutes")
    }

    // MARK: Redis

    /// What Redis has spent so far.
    func usage() async throws -> RedisUsage {
        RedisUsage(
            cpu: try await control.info("cpu"),
            commands: try await control.info("commandstats")
        )
    }

    /// Bytes that Redis holds.
    func usedMemory() async throws -> Int { Int(try await control.info("memory")["used_memory"] ?? "") ?? 0 }

    /// A row with the rate, and what it cost Redis.
    func row(
        _ scenario: BenchScenario,
        variant: String? = nil,
        jobs count: Int,
        seconds: Double,
        since before: RedisUsage
    ) async throws -> BenchRow {
        let spent = try await usage() - before
        var row = row(scenario, variant: variant, jobs: count)
        row.jobsPerSecond = Double(count) / seconds
        row.redisMicrosecondsPerJob = spent.processorSeconds * 1e6 / Double(count)
        row.commandsPerJob = spent.commands / Double(count)
        return row
    }

    /// A row without a rate.
    func row(_ scenario: BenchScenario, variant: String? = nil, jobs count: Int) -> BenchRow {
        BenchRow(scenario: scenario.rawValue, variant: variant, persistence: persistence.rawValue, jobs: count)
    }

    /// Resident memory of a process, MiB.
    static func residentMebibytes(_ pid: Int32) -> Double? {
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
