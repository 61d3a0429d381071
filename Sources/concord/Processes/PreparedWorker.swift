import JobQueue
import Logging
import PostgresClient
import ServiceLifecycle

/// A worker or agent that takes its first job when the database has its tables.
///
/// Otherwise the first jobs after a deployment would use up their attempts on tables that are not there yet.
struct PreparedWorker: Service {
    let worker: any Service
    /// Brings the schema up to date.
    let prepare: @Sendable () async throws -> Void
    let logger: Logger

    /// Brings the schema up to date, waiting for PostgreSQL where it is not there yet, and works.
    ///
    /// - Throws: ``PostgresError`` where the schema cannot be brought up to date; what the worker throws.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await waitAndPrepare() }
        } catch  where Task.isShuttingDownGracefully {
            return
        }
        try await worker.run()
    }

    private func waitAndPrepare() async throws {
        while true {
            do {
                try await prepare()
                return
            } catch let error as PostgresError where error.isRetryable {
                logger.warning("waiting for PostgreSQL", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }
}
