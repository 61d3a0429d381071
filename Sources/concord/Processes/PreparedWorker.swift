import JobQueue
import Logging
import PostgresClient
import ServiceLifecycle
import Workers

/// A worker that takes its first job when the database has its tables.
///
/// Otherwise the first jobs after a deployment would use up their attempts on tables that are not there yet.
struct PreparedWorker: Service {
    let worker: Worker
    let environment: WorkerEnvironment
    let logger: Logger

    /// Brings the schema up to date, waiting for PostgreSQL where it is not there yet, and works.
    ///
    /// - Throws: ``PostgresError`` where the schema cannot be brought up to date; what the worker throws.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await prepare() }
        } catch  where Task.isShuttingDownGracefully {
            return
        }
        try await worker.run()
    }

    private func prepare() async throws {
        while true {
            do {
                try await environment.prepare()
                return
            } catch let error as PostgresError where error.isRetryable {
                logger.warning("waiting for PostgreSQL", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
