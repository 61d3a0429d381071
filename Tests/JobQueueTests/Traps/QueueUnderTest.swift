import Logging
import PrivateServers
import RedisClient
import TestSupport

@testable import JobQueue

/// A queue on the test's server, in a namespace of its own, and the raw calls that a worker process would make.
struct QueueUnderTest: Sendable {
    /// The queue that the tests' jobs go to.
    static let name: QueueName = "q"

    let queue: JobQueue

    /// The only partition.
    var partition: PartitionClient { queue.partition(0) }
    var base: String { partition.base }

    /// Runs `body` with a queue, and closes it.
    static func with<R>(
        server: PrivateRedis? = nil,
        functions: FunctionLibrary = .current,
        _ change: (inout JobQueueConfiguration) -> Void = { _ in },
        _ body: (QueueUnderTest) async throws -> R
    ) async throws -> R {
        var configuration = JobQueueConfiguration(
            redisURL: try server?.url ?? RedisServerTrait.server.url,
            namespace: "t\(UInt32.random(in: .min ... .max))"
        )
        change(&configuration)
        let queue = try JobQueue(
            configuration: configuration,
            functions: functions,
            logger: Logger(label: "traps") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let result = try await body(QueueUnderTest(queue: queue))
            await queue.close()
            return result
        } catch {
            await queue.close()
            throw error
        }
    }

    /// As ``with(server:functions:_:_:)``, with a clock that stands at `start` until ``turn(to:)``.
    static func withClock<R>(_ body: (QueueUnderTest) async throws -> R) async throws -> R {
        try await with(functions: FunctionLibrary(clock: History.clock)) { test in
            try await test.turn(to: start)
            return try await body(test)
        }
    }

    /// Where the clock of a test begins.
    static let start = 1_700_000_000_000

    /// Sets the clock of the functions.
    func turn(to milliseconds: Int) async throws {
        _ = try await command("SET", "\(base):clock", String(milliseconds))
    }

    /// A job with a small input.
    func job(
        _ id: String? = nil,
        queue name: QueueName = name,
        input: String = "{}",
        delay: Duration = .zero,
        key: String? = nil,
        _ change: (inout JobPolicy) -> Void = { _ in }
    ) -> NewJob {
        var policy = JobPolicy()
        change(&policy)
        return NewJob(
            queue: name,
            action: "act",
            input: Array(input.utf8),
            policy: policy,
            delay: delay,
            idempotencyKey: key,
            id: id.map { JobID(trusted: $0) }
        )
    }

    /// Enqueues a job.
    @discardableResult
    func enqueue(_ job: NewJob) async throws -> Receipt { try await queue.enqueue(job) }

    /// What `claim_jobs` answered.
    struct Handout {
        var now: Int
        var isPaused: Bool
        var again: Int
        var jobs: [ClaimedJob]
    }

    /// Claims as a worker process does.
    func handout(
        _ name: QueueName = name,
        slots: Int,
        as process: String = "p1",
        lease: Int = 60_000,
        weights: LaneWeights = .standard,
        isWoken: Bool = false
    ) async throws -> Handout {
        let numbers = [slots, lease, weights.high, weights.normal, weights.low, isWoken ? 1 : 0]
        let reply = try await partition.call("claim_jobs", [process, name.rawValue] + numbers.map(String.init))
        var lines = PolicyLineCache()
        return Handout(
            now: reply[0].integer ?? -1,
            isPaused: reply[1].integer == 1,
            again: reply[2].integer ?? -1,
            jobs: try reply[3].elements.map { try ClaimedJob(reply: $0, lines: &lines) }
        )
    }

    /// Claims jobs of the queue.
    func claim(_ slots: Int, as process: String = "p1", lease: Int = 60_000) async throws -> [ClaimedJob] {
        try await handout(slots: slots, as: process, lease: lease).jobs
    }

    /// Records outcomes in one call.
    @discardableResult
    func settle(_ jobs: [ClaimedJob], _ verdict: (ClaimedJob) -> Settlement.Verdict) async throws -> [String] {
        var command = partition.command("settle_jobs")
        for job in jobs { Settlement(id: job.id, fence: job.fence, verdict: verdict(job)).append(to: &command) }
        return try await partition.call(command).elements.map { $0.string ?? "" }
    }

    /// Records one outcome.
    @discardableResult
    func settle(_ job: ClaimedJob, _ verdict: Settlement.Verdict) async throws -> String {
        try await settle([job]) { _ in verdict }[0]
    }

    /// What `extend_leases` answered.
    struct Beat: Equatable {
        var lost: [JobID] = []
        var cancelled: [JobID] = []
        var overdue: [JobID] = []
        var recovered = 0
    }

    /// Sends the heartbeat of a process.
    @discardableResult
    func beat(_ jobs: [ClaimedJob], as process: String = "p1", lease: Int = 60_000) async throws -> Beat {
        let held = jobs.flatMap { [$0.id.rawValue, String($0.fence), ""] }
        let reply = try await partition.call(
            "extend_leases",
            [process, Self.name.rawValue, String(lease), "60000", "{}"] + held
        )
        func ids(_ position: Int) -> [JobID] {
            reply[position].elements.map { JobID(trusted: $0.string ?? "") }
        }
        return Beat(lost: ids(1), cancelled: ids(2), overdue: ids(3), recovered: reply[4].integer ?? -1)
    }

    /// Sends a plain command.
    @discardableResult
    func command(_ words: String...) async throws -> RedisReply {
        try await queue.redis.send(RedisCommand(words: words))
    }

    /// How many entries a lane of the queue holds, read and unread.
    func entries(_ lane: Lane = .normal, of name: QueueName = name) async throws -> Int {
        try await command("XLEN", stream(lane, of: name)).integer ?? -1
    }

    /// The key of a lane.
    func stream(_ lane: Lane = .normal, of name: QueueName = name) -> String { "\(base):s:\(name):\(lane)" }

    /// A job's recorded state; `nil` when it has no record.
    func state(_ id: JobID) async throws -> JobState? { try await queue.job(id)?.state }

    /// One number out of `INFO`.
    func info(_ section: String, _ field: String) async throws -> Int {
        let text = try await command("INFO", section).string ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("\(field):") }
        return line.flatMap { Int($0.dropFirst(field.count + 1)) } ?? -1
    }
}

extension Settlement.Verdict {
    /// A result with a confidence.
    static func completed(_ result: String = "{}", confidence: Double = 1) -> Self {
        .completed(EncodedOutcome(result: Array(result.utf8), confidence: confidence, parts: [], review: nil))
    }

    /// An error after which another attempt may help.
    static let failedOnce = Self.failed(JobFailure("test", "it failed", isRetryable: true), random: 0.5)
    /// An error after which none does.
    static let failedForGood = Self.failed(JobFailure("test", "it failed"), random: 0.5)
}

/// The error of a call that must fail; `nil`, which no expectation accepts, when it succeeds or fails otherwise.
func failure<R>(_ body: () async throws -> R) async -> JobQueueError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? JobQueueError
    }
}
