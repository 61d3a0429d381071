import ArgumentParser
import JobModel
import JobQueue
import Logging
import Orchestrator
import ServiceLifecycle
import UnixSignals

/// A worker process of a fault run.
struct FaultsWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "A worker process that a fault run starts and kills.",
        discussion: "Example: concord faults worker --redis-url redis://127.0.0.1:6379 --log executions.log",
        shouldDisplay: false
    )

    @Option(help: "Redis' URL.")
    var redisURL: String

    @Option(help: "The file that each run of an action is noted in.")
    var log: String

    func run() async throws {
        let logger = Logger(label: "faults-worker")
        let queue = try JobQueue(configuration: FaultWorkload.configuration(redisURL), logger: logger)
        let worker = Worker(
            configuration: WorkerConfiguration(queue: FaultWorkload.queue, concurrency: FaultPlan.concurrency),
            actions: [Unit(log: ExecutionLog(path: log))],
            on: queue,
            logger: logger
        )
        try await serve([worker], logger)
    }
}

/// An orchestrator process of a fault run.
struct FaultsOrchestratorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestrator",
        abstract: "An orchestrator process that a fault run starts and kills.",
        discussion: "Example: concord faults orchestrator --redis-url redis://127.0.0.1:6379",
        shouldDisplay: false
    )

    @Option(help: "Redis' URL.")
    var redisURL: String

    func run() async throws {
        let logger = Logger(label: "faults-orchestrator")
        let queue = try JobQueue(configuration: FaultWorkload.configuration(redisURL), logger: logger)
        let operations = try FaultWorkload.operations(on: queue, logger: logger)
        try await serve([OrchestratorService(operations: operations, logger: logger)], logger)
    }
}

private func serve(_ services: [any Service], _ logger: Logger) async throws {
    try await ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
    ).run()
}
