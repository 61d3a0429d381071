package import Logging

/// A client of one PostgreSQL database: a bounded pool of sessions, opened when first needed.
///
/// It survives a restart of the server: sessions that have ended are replaced by the next call.
package final class PostgresClient: Sendable {
    /// What the client was made with.
    package let configuration: PostgresConfiguration
    let logger: Logger
    private let pool: ConnectionPool

    /// Creates a client; no session is opened yet.
    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        pool = ConnectionPool(configuration, logger: logger)
    }

    /// What the pool looks like now.
    package var poolStatus: PostgresPoolStatus { pool.status }

    /// Lends a session to the body.
    ///
    /// A transaction that the body left open is rolled back. The session must not be used after the body has returned.
    @discardableResult
    package func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
        let connection = try await pool.acquire()
        do {
            let value = try await body(connection)
            await pool.release(connection)
            return value
        } catch {
            await pool.release(connection)
            throw error
        }
    }

    /// Runs the body in a transaction: committed when it returns, rolled back when it throws or is cancelled.
    @discardableResult
    package func withTransaction<R: Sendable>(
        isolation: PostgresIsolation = .readCommitted,
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await withConnection { connection in
            try await connection.withTransaction(isolation: isolation, body)
        }
    }

    /// Runs one statement on any session and returns its rows.
    package func query(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> PostgresRows {
        try await withConnection { try await $0.query(sql, parameters) }
    }

    /// Runs one statement on any session and returns how many rows it changed.
    @discardableResult
    package func execute(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> Int {
        try await withConnection { try await $0.execute(sql, parameters) }
    }

    /// Closes the free sessions at once, lent ones when they come back; waiting and later calls fail with `closed`.
    package func close() async {
        await pool.close()
    }
}
