import PostgresClient
import TestSupport
import Testing

@Suite("Cancellation", .postgresServer, .timeLimit(.minutes(2)))
struct CancellationTests {
    /// How many backends of the database run something that contains the text.
    private func running(_ text: String, _ client: PostgresClient) async throws -> Int {
        let sql = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE $1
            """
        return try await client.query(sql, [.text("%\(text)%")])[0].decode(0)
    }

    private func wait(until count: Int, run text: String, _ client: PostgresClient) async throws {
        while try await running(text, client) != count { await Task.yield() }
    }

    @Test("cancelling a task ends its statement on the server, and the session is used again")
    func cancelsOnServer() async throws {
        try await withClient { client in
            let sleeper = Task { try await client.query("SELECT pg_sleep(600)") }
            try await wait(until: 1, run: "pg_sleep", client)
            let open = client.poolStatus.open
            sleeper.cancel()
            let error = await postgresError { _ = try await sleeper.value }
            #expect(error?.code == .cancelled)
            #expect(error?.sqlState == "57014")
            #expect(try await running("pg_sleep", client) == 0)
            #expect(client.poolStatus.open == open)
        }
    }

    @Test("a cancelled task sends nothing")
    func cancelledBefore() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            try await client.withConnection { connection in
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    try await connection.execute("INSERT INTO t VALUES (1)")
                }
                #expect(await postgresError { _ = try await task.value }?.code == .cancelled)
                let count = try await connection.number("SELECT count(*) FROM t")
                #expect(count == 0)
            }
        }
    }

    @Test("cancelling a transaction rolls it back, also while it waits for a lock")
    func cancelsTransaction() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            try await client.withTransaction { holder in
                try await holder.execute("LOCK TABLE t IN SHARE MODE")
                let writer = Task {
                    try await client.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
                }
                try await wait(until: 1, run: "INSERT INTO t", client)
                writer.cancel()
                #expect(await postgresError { _ = try await writer.value }?.code == .cancelled)
            }
            #expect(try await client.number("SELECT count(*) FROM t") == 0)
        }
    }

    @Test("a hundred cancellations at random moments leave every session usable")
    func storm() async throws {
        try await withClient {
            $0.maximumConnections = 4
        } _: { client in
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        let task = Task { try await client.query("SELECT pg_sleep($1)", [.double(0.002)]) }
                        for _ in 0..<(index * 7 % 50) { await Task.yield() }
                        task.cancel()
                        let error = await postgresError { _ = try await task.value }
                        #expect(error == nil || error?.code == .cancelled)
                    }
                }
            }
            for _ in 0..<20 { try await client.execute("SELECT 1") }
            #expect(client.poolStatus.waiting == 0)
        }
    }
}
