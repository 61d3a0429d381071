import Logging
import PostgresClient
import TestSupport
import Testing

@Suite("Migrations", .postgresServer, .timeLimit(.minutes(2)))
struct MigrationTests {
    private static let first = PostgresMigration(
        component: "test",
        version: 1,
        name: "create",
        sql: "CREATE TABLE t (n int); INSERT INTO t VALUES (1);"
    )
    private static let second = PostgresMigration(
        component: "test",
        version: 2,
        name: "add",
        sql: "SELECT pg_sleep(0.05); INSERT INTO t VALUES (2);"
    )

    @Test("four clients that migrate at once apply each migration once")
    func concurrent() async throws {
        try await withClient { client in
            let configuration = client.configuration
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let other = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
                        try await other.migrate([Self.first, Self.second])
                        await other.close()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.query("SELECT n FROM t ORDER BY n").map { $0[0] } == ["1", "2"])
            #expect(try await client.scalar("SELECT count(*) FROM concord_migrations") == "2")
        }
    }

    @Test("an edited migration that was applied is refused by name, and nothing after it runs")
    func edited() async throws {
        try await withClient { client in
            try await client.migrate([Self.first])
            let edited = PostgresMigration(component: "test", version: 1, name: "create", sql: "CREATE TABLE u (n int)")
            let error = await postgresError { try await client.migrate([edited, Self.second]) }
            #expect(error?.code == .migration)
            #expect(error?.summary.contains("migration 1 (create) of test was edited") == true)
            #expect(try await client.scalar("SELECT count(*) FROM t") == "1")
        }
    }

    @Test("a migration that fails leaves nothing of itself and keeps what came before")
    func failing() async throws {
        try await withClient { client in
            let broken = PostgresMigration(
                component: "test",
                version: 2,
                name: "broken",
                sql: "INSERT INTO t VALUES (3); SELECT absent FROM t;"
            )
            #expect(await postgresError { try await client.migrate([Self.first, broken]) }?.code == .undefinedColumn)
            #expect(try await client.scalar("SELECT count(*) FROM t") == "1")
            try await client.migrate([Self.first, Self.second])
            #expect(try await client.scalar("SELECT count(*) FROM t") == "2")
        }
    }

    @Test("versions with a gap are refused, components count for themselves, newer databases are left alone")
    func numbering() async throws {
        try await withClient { client in
            #expect(await postgresError { try await client.migrate([Self.second]) }?.code == .migration)
            let other = PostgresMigration(component: "other", version: 1, name: "x", sql: "CREATE TABLE x ()")
            try await client.migrate([Self.first, other, Self.second])
            try await client.migrate([Self.first])
            #expect(try await client.scalar("SELECT count(*) FROM concord_migrations") == "3")
        }
    }
}
