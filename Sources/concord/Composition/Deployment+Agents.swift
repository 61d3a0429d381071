import Agents
import JobQueue
import Logging
import Orchestrator
import PostgresClient

extension Deployment {
    /// What the actions of an agent work with, on a queue.
    func agents(on queue: JobQueue, _ postgres: PostgresClient?) throws -> AgentEnvironment {
        AgentEnvironment(
            postgres: postgres,
            operations: try operations(on: queue),
            audit: postgres.map { AuditLog(postgres: $0, namespace: settings.namespace, logger: logger) },
            workFolder: settings.workFolder,
            floridaSource: settings.floridaSource,
            sunbizSource: settings.sunbizSource,
            logger: logger
        )
    }

    /// Lends an agent's surroundings to a command, with the agents' tables in place.
    func withAgents<Answer: Sendable>(_ body: (AgentEnvironment) async throws -> Answer) async throws -> Answer {
        try await withQueue { queue in
            let postgres = try postgres()
            do {
                let environment = try agents(on: queue, postgres)
                let answer = try await body(environment)
                await postgres?.close()
                return answer
            } catch {
                await postgres?.close()
                throw error
            }
        }
    }

    /// Lends the history to a command.
    ///
    /// - Throws: ``CommandFailure`` where no database is configured.
    func withHistory<Answer: Sendable>(_ body: (HistoryLog) async throws -> Answer) async throws -> Answer {
        try await withAgents { environment in
            guard let postgres = environment.postgres, let operations = environment.operations else {
                throw CommandFailure(
                    .usage,
                    "the history is in PostgreSQL, and none is configured",
                    hint: "say where it is with --database-url or DATABASE_URL"
                )
            }
            return try await body(HistoryLog(postgres: postgres, queue: operations.queue, logger: logger))
        }
    }
}
