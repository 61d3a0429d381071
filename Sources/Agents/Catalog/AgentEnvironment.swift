package import Foundation
import JobModel
import JobQueue
package import Logging
package import Orchestrator
package import PostgresClient
import PropertyData

/// What the actions of an agent process work with.
package struct AgentEnvironment: Sendable {
    /// The property database, which also has the history; nil where none is configured, and actions that need it say so.
    package var postgres: PostgresClient?
    /// The door to the operations; nil where a process has no queue.
    package var operations: Operations?
    /// The audit log of the reviews; nil where no database is configured.
    package var audit: AuditLog?
    /// The folder in which workers keep downloaded files.
    package var workFolder: String
    /// Where tax rolls come from (`FLORIDA_SOURCE`).
    package var floridaSource: String
    /// Where SunBiz files come from (`SUNBIZ_SOURCE`).
    package var sunbizSource: String
    /// The time, by which due dates are judged.
    package var now: @Sendable () -> Date
    /// The logger that actions outside a job use.
    package var logger: Logger

    /// Combines the parts.
    package init(
        postgres: PostgresClient?,
        operations: Operations?,
        audit: AuditLog? = nil,
        workFolder: String,
        floridaSource: String = "",
        sunbizSource: String = "",
        now: @escaping @Sendable () -> Date = { Date() },
        logger: Logger
    ) {
        self.postgres = postgres
        self.operations = operations
        self.audit = audit
        self.workFolder = workFolder
        self.floridaSource = floridaSource
        self.sunbizSource = sunbizSource
        self.now = now
        self.logger = logger
    }
}

extension AgentEnvironment {
    /// The database, or the failure of an action that needs one.
    func database() throws(JobFailure) -> PostgresClient {
        guard let postgres else {
            throw JobFailure("not_configured", "this action needs PostgreSQL: start the agent with DATABASE_URL set")
        }
        return postgres
    }

    /// The operations, or the failure of an action that needs them.
    func door() throws(JobFailure) -> Operations {
        guard let operations else {
            throw JobFailure("not_configured", "this action needs the queue: run it in an agent process")
        }
        return operations
    }

    /// The history, or the failure of an action that needs it.
    func history() throws(JobFailure) -> HistoryLog {
        HistoryLog(postgres: try database(), queue: try door().queue, logger: logger)
    }

    /// The history of this deployment where it can be read.
    var historyIfConfigured: HistoryLog? {
        guard let postgres, let operations else { return nil }
        return HistoryLog(postgres: postgres, queue: operations.queue, logger: logger)
    }

    /// Makes the agents' tables where they are missing; does nothing where no database is configured.
    ///
    /// Any number of processes may do so at once.
    ///
    /// - Throws: ``PostgresError``.
    package func prepare() async throws {
        guard let postgres else { return }
        try await PropertyDatabase(client: postgres).prepare()
        try await postgres.migrate(AgentCatalog.migrations)
    }

    /// The report of an operation by its id as it was given.
    func report(_ text: String, field: String = "operation_id") async throws -> OperationReport {
        guard let id = JobID(rawValue: text), id.rawValue.hasPrefix("op-") else {
            throw JobFailure("invalid_parameters", "it is no id of an operation: those begin with op-", field: field)
        }
        guard let report = try await door().report(id) else {
            throw JobFailure(
                "unknown_operation",
                "there is no operation \(id) on record (any more): records are kept for a week after the end",
                field: field
            )
        }
        return report
    }
}
