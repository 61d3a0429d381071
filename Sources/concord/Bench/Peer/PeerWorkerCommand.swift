import ArgumentParser
import Foundation
import JobModel
import JobQueue
import Logging
import RedisClient
import ServiceLifecycle
import UnixSignals

/// The worker process that a harness compares with those of other queues.
struct PeerWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer-worker",
        abstract: "A worker for a harness that measures several queues alike.",
        discussion: """
            Counts its jobs in files of a folder, and tells of those of actions work and final in lists of Redis' \
            database 1.

            Example: concord bench peer-worker --port 6390 --folder /tmp/probe
            """,
        shouldDisplay: false
    )

    @OptionGroup var peer: PeerOptions

    // Not `--concurrency`: that is an option of `concord bench`, which would take it.
    @Option(help: "Jobs at once.")
    var slots = 64

    func run() async throws {
        let queue = try peer.queue()
        let notes = try peer.notes()
        let probe = try JobProbe(folder: peer.folder)
        let worker = Worker(
            configuration: WorkerConfiguration(queue: Bench.queueName, concurrency: slots),
            actions: [
                CountedJob(probe: probe), TimedJob(probe: probe), WorkingJob(probe: probe, notes: notes), StepJob(),
                FinalJob(notes: notes), HeldJob(probe: probe),
            ],
            on: queue,
            logger: queue.logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [worker],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: queue.logger
            )
        )
        try await group.run()
        await queue.close()
        await notes.close()
    }
}

/// Where the harness has its server and its files.
struct PeerOptions: ParsableArguments {
    @Option(help: "The port of the harness' Redis.")
    var port: Int

    @Option(help: "The first part of every key in Redis.")
    var namespace = "peer"

    @Option(help: "The folder of the harness' files.")
    var folder: String

    @Option(help: "After how many seconds without a heartbeat a worker counts as dead.")
    var lease = 5

    func queue() throws -> JobQueue {
        var logger = Logger(label: "bench")
        logger.logLevel = .warning
        return try JobQueue(
            configuration: JobQueueConfiguration(
                redisURL: "redis://127.0.0.1:\(port)",
                namespace: namespace,
                lease: .seconds(lease)
            ),
            logger: logger
        )
    }

    /// The database in which the harness reads what jobs tell it.
    func notes() throws -> RedisClient {
        RedisClient(
            configuration: try RedisConfiguration(url: "redis://127.0.0.1:\(port)/1"),
            logger: Logger(label: "bench")
        )
    }
}

/// What the jobs of the harness are told: 200 bytes of JSON, of which actions need these two.
struct PeerParameters: Codable {
    var id: Int
    /// When the job was sent, nanoseconds of the monotonic clock.
    var t: Int
}

/// What they answer.
struct PeerResult: Codable {
    var id: Int
}

/// A job that does nothing.
private struct CountedJob: Action {
    static let name = "noop"
    let probe: JobProbe

    func run(_ parameters: PeerParameters, context: JobContext) async throws -> Outcome<PeerResult> {
        probe.hit()
        return .completed(PeerResult(id: parameters.id), confidence: 1)
    }
}

/// A job that says when it began.
private struct TimedJob: Action {
    static let name = "lat"
    let probe: JobProbe

    func run(_ parameters: PeerParameters, context: JobContext) async throws -> Outcome<PeerResult> {
        try probe.hit(sentAt: parameters.t)
        return .completed(PeerResult(id: parameters.id), confidence: 1)
    }
}

/// A job of 20 ms that tells of its beginning and its end.
private struct WorkingJob: Action {
    static let name = "work"
    let probe: JobProbe
    let notes: RedisClient

    func run(_ parameters: PeerParameters, context: JobContext) async throws -> Outcome<PeerResult> {
        try await tell("s", parameters.id)
        try await Task.sleep(for: .milliseconds(20))
        try await tell("e", parameters.id)
        probe.hit()
        return .completed(PeerResult(id: parameters.id), confidence: 1)
    }

    private func tell(_ what: String, _ id: Int) async throws {
        let words = "\(what) \(id) \(Bench.nanoseconds()) \(getpid())"
        _ = try await notes.send(RedisCommand("RPUSH", "exec", words))
    }
}

/// A step of a flow.
private struct StepJob: Action {
    static let name = "step"

    func run(_ parameters: PeerParameters, context: JobContext) async throws -> Outcome<PeerResult> {
        .completed(PeerResult(id: parameters.id), confidence: 1)
    }
}

/// The last step of a flow.
private struct FinalJob: Action {
    static let name = "final"
    let notes: RedisClient

    func run(_ parameters: PeerParameters, context: JobContext) async throws -> Outcome<PeerResult> {
        let words = "\(parameters.id) \(parameters.t) \(Bench.nanoseconds())"
        _ = try await notes.send(RedisCommand("RPUSH", "done", words))
        return .completed(PeerResult(id: parameters.id), confidence: 1)
    }
}

/// A job that runs until its worker is told to stop.
private struct HeldJob: Action {
    static let name = "hold"
    let probe: JobProbe

    func run(_ parameters: PeerParameters, context: JobContext) async throws -> Outcome<PeerResult> {
        probe.hit()
        try await Task.sleep(for: .seconds(3600))
        return .completed(PeerResult(id: parameters.id), confidence: 1)
    }
}
