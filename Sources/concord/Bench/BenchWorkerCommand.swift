import ArgumentParser
import JobModel
import JobQueue
import Logging
import ServiceLifecycle
import UnixSignals

/// The worker process of the benchmark.
struct BenchWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "The worker process that the benchmark starts.",
        discussion: "Example: concord bench worker --redis-url redis://127.0.0.1:6379 --namespace bench",
        shouldDisplay: false
    )

    @Option(help: "Redis' URL.")
    var redisURL: String

    @Option(help: "The namespace.")
    var namespace: String

    @Option(help: "Jobs at once.")
    var concurrency = 64

    func run() async throws {
        var logger = Logger(label: "bench-worker")
        logger.logLevel = .warning
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: redisURL, namespace: namespace),
            logger: logger
        )
        let worker = Worker(
            configuration: WorkerConfiguration(queue: Bench.queueName, concurrency: concurrency),
            actions: [NoOperation()],
            on: queue,
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [worker],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
        await queue.close()
    }
}

/// Does nothing, and says how long its job waited where the job says when it was sent.
struct NoOperation: Action {
    static let name = "noop"

    struct Parameters: Decodable {
        var sent: Int?
    }

    struct Result: Encodable {
        var waited: Int?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        .completed(Result(waited: parameters.sent.map { Bench.nanoseconds() - $0 }), confidence: 1)
    }
}
