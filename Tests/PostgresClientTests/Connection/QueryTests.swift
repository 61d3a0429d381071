import Foundation
import PostgresClient
import TestSupport
import Testing

@Suite("Queries", .postgresServer, .timeLimit(.minutes(2)))
struct QueryTests {
    @Test(
        "a parameter of every type comes back as it was sent",
        arguments: [
            ("boolean", PostgresValue.bool(true), "t"), ("bigint", .int(-9_007_199_254_740_993), "-9007199254740993"),
            ("double precision", .double(0.1), "0.1"), ("text", .text("a'b\"c\\d\n\u{1F3E0}"), "a'b\"c\\d\n\u{1F3E0}"),
            ("text", .text(""), ""), ("bytea", .bytes([0, 255, 16]), "\\x00ff10"), ("bytea", .bytes([]), "\\x"),
            ("jsonb", .json(#"{"a":[1,null]}"#), #"{"a": [1, null]}"#),
            ("timestamptz", .timestamp(Date(timeIntervalSince1970: 1_751_043_000.25)), "2025-06-27 16:50:00.25+00"),
            ("text[]", .textArray(["a,b", nil, "", "\"\\", "NULL"]), #"{"a,b",NULL,"","\"\\","NULL"}"#),
            ("bigint[]", .intArray([1, -2]), "{1,-2}"), ("bigint[]", .intArray([]), "{}"),
        ]
    )
    func roundTrip(type: String, value: PostgresValue, text: String) async throws {
        try await withClient { client in
            let rows = try await client.query("SELECT $1 AS value, pg_typeof($1)::text AS type", [value])
            #expect(rows[0]["value"] == text)
            #expect(rows[0]["type"] == type.replacing("timestamptz", with: "timestamp with time zone"))
        }
    }

    @Test("values decode into Swift types, nulls into optionals")
    func decoding() async throws {
        try await withClient { client in
            let sql = """
                SELECT 7::smallint AS small, 2.5::numeric AS fraction, true AS flag, NULL::int AS nothing,
                       '2025-02-28 23:59:59.5+05:30'::timestamptz AS at, date '1969-12-31' AS day, '\\x0102'::bytea AS raw,
                       '{"a b",c}'::text[] AS words, '{3,4}'::int[] AS numbers,
                       '6f9619ff-8b86-d011-b42d-00c04fc964ff'::uuid AS id
                """
            let row = try #require(try await client.query(sql).first)
            #expect(try row.decode("small", as: Int.self) == 7)
            #expect(try row.decode("fraction", as: Double.self) == 2.5)
            #expect(try row.decode("flag", as: Bool.self))
            #expect(try row.decode("nothing", as: Int?.self) == nil)
            #expect(try row.decode("at", as: Date.self) == Date(timeIntervalSince1970: 1_740_767_399.5))
            #expect(try row.decode("day", as: Date.self) == Date(timeIntervalSince1970: -86_400))
            #expect(try row.decode("raw", as: [UInt8].self) == [1, 2])
            #expect(try row.decode("words", as: [String].self) == ["a b", "c"])
            #expect(try row.decode("numbers", as: [Int].self) == [3, 4])
            #expect(try row.decode("id", as: UUID.self).uuidString == "6F9619FF-8B86-D011-B42D-00C04FC964FF")
            #expect(row[0] == "7" && row["nothing"] == nil && row["absent"] == nil && row[99] == nil)
        }
    }

    @Test("a decoding error names the column and both types")
    func decodingErrors() async throws {
        try await withClient { client in
            let row = try #require(try await client.query("SELECT 'secret'::text AS name, NULL::int AS count").first)
            let wrong = await postgresError { _ = try row.decode("name", as: Int.self) }
            #expect(wrong?.code == .decoding)
            #expect(wrong?.summary == "column name has type text, expected Int")
            let null = await postgresError { _ = try row.decode("count", as: Int.self) }
            #expect(null?.summary == "column count is null, expected Int")
            let absent = await postgresError { _ = try row.decode("nme", as: String.self) }
            #expect(absent?.summary == "there is no column nme; the row has name, count")
        }
    }

    @Test("execute tells how many rows it changed")
    func affectedRows() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n bigint)")
            #expect(try await client.execute("INSERT INTO t SELECT generate_series(1, $1)", [12]) == 12)
            #expect(try await client.execute("UPDATE t SET n = 0 WHERE n > $1", [10]) == 2)
            #expect(try await client.query("SELECT n FROM t WHERE n = $1", [99]).isEmpty)
        }
    }

    @Test("a statement that runs into its timeout is cancelled on the server and the session lives on")
    func timeout() async throws {
        try await withClient { client in
            try await client.withConnection { connection in
                let pid = try await connection.number("SELECT pg_backend_pid()")
                let error = await postgresError {
                    _ = try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(50))
                }
                #expect(error?.code == .timedOut)
                #expect(error?.sqlState == "57014")
                #expect(try await connection.number("SELECT pg_backend_pid()") == pid)
            }
        }
    }

    @Test("the configured statement timeout counts when the call gives none")
    func configuredTimeout() async throws {
        try await withClient {
            $0.statementTimeout = .milliseconds(50)
        } _: { client in
            #expect(await postgresError { _ = try await client.query("SELECT pg_sleep(60)") }?.code == .timedOut)
        }
    }

    @Test("the application name arrives in pg_stat_activity")
    func applicationName() async throws {
        try await withClient {
            $0.applicationName = "concord test"
        } _: { client in
            let rows = try await client.query(
                "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            )
            #expect(rows[0][0] == "concord test")
        }
    }

    @Test("a COPY sent as a query is refused and costs only its session")
    func copyAsQuery() async throws {
        try await withClient { client in
            let error = await postgresError { _ = try await client.query("COPY (SELECT 1) TO STDOUT") }
            #expect(error?.code == .usage)
            let answer = try await client.scalar("SELECT 1")
            #expect(answer == "1")
        }
    }
}
