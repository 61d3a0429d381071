import TestSupport
import Testing

@testable import PostgresClient

@Suite("Errors", .postgresServer, .timeLimit(.minutes(2)))
struct ErrorTests {
    @Test(
        "a server's error has its code, its names and none of its data",
        arguments: [
            ("INSERT INTO t VALUES (1, 'hush', 5)", PostgresError.Code.uniqueViolation, "23505", "t_pkey"),
            ("INSERT INTO t VALUES (2, NULL, 5)", .notNullViolation, "23502", "name"),
            ("INSERT INTO t VALUES (3, 'hush', -5)", .checkViolation, "23514", "t_price_check"),
            ("INSERT INTO u VALUES (777)", .foreignKeyViolation, "23503", "u_n_fkey"),
            ("SELECT 'hush'::int", .invalidText, "22P02", "integer"),
            ("SELECT '99999999999999'::int", .outOfRange, "22003", "integer"),
            ("SELECT 'hu\"sh'::int", .invalidText, "22P02", "integer"),
            ("SELECT '2025-13-77'::date", .outOfRange, "22008", "out of range"),
            ("INSERT INTO t VALUES (4, 'hush and too long', 5)", .outOfRange, "22001", "too long"),
            ("SELECT * FROM absent WHERE name = 'hush'", .undefinedTable, "42P01", "absent"),
            ("SELECT absent FROM t WHERE name = 'hush'", .undefinedColumn, "42703", "absent"),
            ("SELEKT 'hush'", .syntax, "42601", "syntax error"),
            ("SELECT * FROM t WHERE 'hush", .syntax, "42601", "unterminated"),
            ("DO $$ BEGIN RAISE EXCEPTION 'hush %', 777; END $$", .server, "P0001", "raised by a function"),
            ("SELECT 1/0 AS hush", .server, "22012", "division by zero"),
        ]
    )
    func noData(sql: String, code: PostgresError.Code, state: String, mention: String) async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                try await connection.execute(
                    script: """
                        CREATE TABLE t (n int PRIMARY KEY, name varchar(8) NOT NULL, price int CHECK (price >= 0));
                        CREATE TABLE u (n int REFERENCES t);
                        INSERT INTO t VALUES (1, 'x', 1);
                        """
                )
                let error = try #require(await postgresError { try await connection.execute(sql) })
                #expect(error.code == code)
                #expect(error.sqlState == state)
                let text = "\(error)"
                #expect(text.contains(mention), "\(text)")
                for secret in ["hush", "hu\"sh", "777", "99999999999999", "2025-13"] {
                    #expect(!text.contains(secret), "\(text)")
                }
                #expect(try await connection.scalar("SELECT 1") == "1")
            }
        }
    }

    @Test(
        "everything between the quotes that are not known names goes",
        arguments: [
            (#"value "a" of "b" c"#, [String](), #"value "…" c"#),
            (#"key "k" violates "c""#, ["c"], #"key "…" violates "c""#),
            ("near \"one\ntwo\"", [], "near \"…\""),
            ("no quotes", [], "no quotes"),
            ("", [], ""),
        ]
    )
    func redaction(message: String, names: [String], expected: String) {
        #expect(MessageRedaction.redact(message, keeping: names) == expected)
    }

    @Test("a deadlock is broken and both told apart: one retryable error, one commit")
    func deadlock() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t AS SELECT n FROM generate_series(1, 2) AS n")
            let codes = await withTaskGroup(of: PostgresError?.self) { group in
                let (ready, signal) = AsyncStream.makeStream(of: Void.self)
                let (go, start) = AsyncStream.makeStream(of: Void.self)
                group.addTask {
                    await postgresError {
                        try await client.withTransaction { connection in
                            try await connection.execute("UPDATE t SET n = n WHERE n = 1")
                            signal.yield()
                            for await _ in go { break }
                            try await connection.execute("UPDATE t SET n = n WHERE n = 2")
                        }
                    }
                }
                group.addTask {
                    await postgresError {
                        try await client.withTransaction { connection in
                            try await connection.execute("UPDATE t SET n = n WHERE n = 2")
                            for await _ in ready { break }
                            start.yield()
                            try await connection.execute("UPDATE t SET n = n WHERE n = 1")
                        }
                    }
                }
                return await group.reduce(into: [PostgresError]()) { errors, error in
                    if let error { errors.append(error) }
                }
            }
            #expect(codes.map(\.code) == [.deadlock])
            #expect(codes.first?.isRetryable == true)
        }
    }
}
