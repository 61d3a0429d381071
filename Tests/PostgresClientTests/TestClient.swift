import Logging
import PostgresClient
import TestSupport
import Testing

/// Runs the body with a client of a new, empty database.
func withClient<R: Sendable>(
    configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresClient) async throws -> R
) async throws -> R {
    var configuration = try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase())
    configure(&configuration)
    let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
    do {
        let value = try await body(client)
        await client.close()
        return value
    } catch {
        await client.close()
        throw error
    }
}

/// The error that the body must throw.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

extension PostgresClient {
    /// The text of a query's first value.
    func scalar(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> String? {
        try await query(sql, parameters).first?[0]
    }

    /// The number that a query's first value is.
    func number(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> Int {
        try await #require(query(sql, parameters).first).decode(0)
    }
}

extension PostgresConnection {
    /// The text of a query's first value.
    nonisolated func scalar(_ sql: String) async throws -> String? {
        try await query(sql).first?[0]
    }

    /// The number that a query's first value is.
    nonisolated func number(_ sql: String) async throws -> Int {
        try await #require(query(sql).first).decode(0)
    }
}
