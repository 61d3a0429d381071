import Logging
import PostgresClient
import PrivateServers
import TestSupport
import Testing

@Suite("A restarted server", .timeLimit(.minutes(3)))
struct RestartTests {
    @Test("after kill -9 and a restart the same client works again, and committed rows are there")
    func killAndRestart() async throws {
        let server = try await PrivatePostgres.start(settings: ["fsync": "off"])
        let configuration = try PostgresConfiguration(url: server.url)
        let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
        try await client.execute("CREATE TABLE t (n int)")
        try await client.execute("INSERT INTO t VALUES (1)")
        let sleeper = Task { try await client.query("SELECT pg_sleep(600)") }
        while client.poolStatus.idle != 0 { await Task.yield() }
        await server.kill()
        #expect(await postgresError { _ = try await sleeper.value }?.code == .connectionLost)
        let down = await postgresError { _ = try await client.query("SELECT 1") }
        #expect(down?.code == .connectionFailed)
        #expect(down?.isRetryable == true)
        try await server.restart()
        #expect(try await client.number("SELECT count(*) FROM t") == 1)
        await server.kill()
        try await server.restart()
        // The idle session died with the server; the client must notice without losing a statement on it.
        #expect(try await client.number("SELECT count(*) FROM t") == 1)
        await client.close()
        await server.terminate()
    }
}
