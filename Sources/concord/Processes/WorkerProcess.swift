import Gateway
import JobModel
import JobQueue
import PostgresClient
import ServiceLifecycle

/// One process that works on a queue, a worker's or an agent's, with its HTTP server.
struct WorkerProcess {
    let queueName: QueueName
    let actions: [any Action]
    /// Paths beside those of every worker.
    var routes: [ActionRoute] = []
    var isAgent = false
    /// What runs beside the worker and needs the tables as much as its jobs do.
    var beside: [any Service] = []
    /// The port where none is configured.
    let port: Int
    /// Makes the tables where they are missing.
    let prepare: @Sendable () async throws -> Void

    /// Runs until the process is told to stop, and closes the connections.
    func run(
        _ deployment: Deployment,
        on queue: JobQueue,
        _ postgres: PostgresClient?
    ) async throws {
        let settings = deployment.settings
        let worker = Worker(
            configuration: WorkerConfiguration(
                queue: queueName,
                concurrency: settings.concurrency,
                gracePeriod: settings.gracePeriod
            ),
            actions: actions,
            on: queue,
            logger: deployment.logger
        )
        let server = try WorkerServer(
            kind: queueName,
            actions: actions,
            routes: routes,
            isAgent: isAgent,
            status: { worker.status },
            configuration: settings.gateway(port: port),
            logger: deployment.logger
        )
        let prepared = (beside + [worker]).map { service in
            PreparedWorker(worker: service, prepare: prepare, logger: deployment.logger)
        }
        let group = ServiceGroup.process(prepared + [server], grace: settings.gracePeriod, logger: deployment.logger)
        let result: Result<Void, any Error>
        do {
            try await group.run()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await queue.close()
        await postgres?.close()
        try result.get()
    }
}
