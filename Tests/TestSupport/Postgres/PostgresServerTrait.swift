package import PrivateServers
package import Testing

/// Runs a suite with a PostgreSQL server of its own.
///
/// The tests of the suite share the server and take a database each with `PostgresServerTrait.newDatabase()`.
package struct PostgresServerTrait: SuiteTrait, TestScoping {
    /// The server of the suite that the current test belongs to.
    @TaskLocal package static var server: PrivatePostgres?

    /// Creates an empty database on the suite's server and returns its address.
    package static func newDatabase() async throws -> String {
        let server = try #require(server, "the suite lacks the trait .postgresServer")
        return try await server.createDatabase("test_\(UInt64.random(in: 0...UInt64.max))")
    }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let server = try await PrivatePostgres.start(durability: .fast, settings: ["max_connections": "200"])
        do {
            try await Self.$server.withValue(server) { try await function() }
        } catch {
            await server.terminate()
            throw error
        }
        await server.terminate()
    }
}

extension Trait where Self == PostgresServerTrait {
    /// A PostgreSQL server for the suite.
    package static var postgresServer: Self { Self() }
}
