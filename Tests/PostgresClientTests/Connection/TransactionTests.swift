import PostgresClient
import TestSupport
import Testing

@Suite("Transactions", .postgresServer, .timeLimit(.minutes(2)))
struct TransactionTests {
    private struct Refusal: Error {}

    private func count(_ client: PostgresClient) async throws -> Int {
        try await client.number("SELECT count(*) FROM t")
    }

    @Test("a transaction is committed when its body returns and rolled back when it throws")
    func commitAndRollback() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int PRIMARY KEY)")
            try await client.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            await #expect(throws: Refusal.self) {
                try await client.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (2)")
                    throw Refusal()
                }
            }
            #expect(try await count(client) == 1)
        }
    }

    @Test("a body that swallowed a failed statement learns that nothing was committed")
    func swallowedFailure() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int PRIMARY KEY)")
            let error = await postgresError {
                try await client.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    _ = await postgresError { try await connection.execute("INSERT INTO t VALUES (1)") }
                }
            }
            #expect(error?.code == .transactionAborted)
            #expect(try await count(client) == 0)
        }
    }

    @Test("two serializable transactions in conflict: one is told to run again")
    func serialization() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let error = await postgresError {
                try await client.withTransaction(isolation: .serializable) { first in
                    _ = try await first.query("SELECT count(*) FROM t")
                    try await client.withTransaction(isolation: .serializable) { second in
                        _ = try await second.query("SELECT count(*) FROM t")
                        try await second.execute("INSERT INTO t VALUES (1)")
                    }
                    try await first.execute("INSERT INTO t VALUES (2)")
                }
            }
            #expect(error?.code == .serializationFailure)
            #expect(error?.isRetryable == true)
            #expect(try await count(client) == 1)
        }
    }

    @Test("a transaction left open by hand does not reach the session's next borrower")
    func leftOpen() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client in
            try await client.execute("CREATE TABLE t (n int)")
            try await client.withConnection { connection in
                try await connection.execute("BEGIN")
                try await connection.execute("INSERT INTO t VALUES (1)")
            }
            #expect(try await count(client) == 0)
            #expect(client.poolStatus.open == 1 && client.poolStatus.idle == 1)
        }
    }

    @Test("a transaction inside a transaction is refused")
    func nested() async throws {
        try await withClient { client in
            let error = await postgresError {
                try await client.withTransaction { connection in
                    try await connection.withTransaction { _ in }
                }
            }
            #expect(error?.code == .usage)
        }
    }

    @Test("a transaction whose session is ended by the server throws and leaves a working client")
    func endedSession() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let error = await postgresError {
                try await client.withTransaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    let pid = try await connection.number("SELECT pg_backend_pid()")
                    try await client.execute("SELECT pg_terminate_backend($1::int)", [.int(pid)])
                    try await connection.execute("INSERT INTO t VALUES (2)")
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.isRetryable == true)
            #expect(try await count(client) == 0)
        }
    }
}
