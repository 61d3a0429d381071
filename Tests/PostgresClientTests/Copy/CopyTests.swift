import PostgresClient
import TestSupport
import Testing

@Suite("COPY", .postgresServer, .timeLimit(.minutes(3)))
struct CopyTests {
    private struct Refusal: Error {}

    @Test("a million rows go in and come out at constant memory")
    func million() async throws {
        try await withClient { client in
            try await client.execute("CREATE UNLOGGED TABLE t (n int, name text)")
            try await client.withConnection { connection in
                let before = try residentMebibytes()
                var peak = before
                let copied = try await connection.copyIn("COPY t (n, name) FROM STDIN") { writer in
                    for number in 0..<1_000_000 {
                        writer.rows.field(number)
                        writer.rows.field("a name of about sixty characters, so that a row is of an ordinary length")
                        writer.rows.endRow()
                        try await writer.flushIfFull()
                        if number % 100_000 == 0 { peak = max(peak, try residentMebibytes()) }
                    }
                }
                #expect(copied == 1_000_000)
                var lines = 0
                try await connection.copyOut("COPY t TO STDOUT") { chunk in
                    lines += chunk.count { $0 == UInt8(ascii: "\n") }
                    peak = max(peak, try residentMebibytes())
                }
                #expect(lines == 1_000_000)
                #expect(peak - before < 64, "grew from \(before) to \(peak) MiB for 80 MB of data")
            }
        }
    }

    @Test("every text survives COPY's escaping")
    func escaping() async throws {
        let texts = [
            "", "\\N", "\\", "tab\there", "line\nbreak\r\n", "\\.", "plain", "\u{1F3E0}é", "a\\tb", "\u{1}\u{7f}",
        ]
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int, name text)")
            try await client.withConnection { connection in
                _ = try await connection.copyIn("COPY t FROM STDIN") { writer in
                    for (index, text) in texts.enumerated() {
                        writer.rows.field(index)
                        writer.rows.field(text)
                        writer.rows.endRow()
                    }
                    writer.rows.field(-1)
                    writer.rows.null()
                    writer.rows.endRow()
                }
            }
            let rows = try await client.query("SELECT name FROM t ORDER BY n")
            #expect(rows.map { $0[0] } == [nil] + texts)
        }
    }

    @Test("a writer that throws leaves nothing behind and the session usable")
    func writerThrows() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client in
            try await client.execute("CREATE TABLE t (n int)")
            await #expect(throws: Refusal.self) {
                try await client.withConnection { connection in
                    try await connection.copyIn("COPY t FROM STDIN") { writer in
                        for number in 0..<100_000 {
                            writer.rows.field(number)
                            writer.rows.endRow()
                            try await writer.flushIfFull()
                        }
                        throw Refusal()
                    }
                }
            }
            #expect(try await client.number("SELECT count(*) FROM t") == 0)
            #expect(client.poolStatus.open == 1)
        }
    }

    @Test("a row that the server refuses is an error of its SQLSTATE without the row's data")
    func refusedRow() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let error = await postgresError {
                _ = try await client.withConnection { connection in
                    try await connection.copyIn("COPY t FROM STDIN") { try await $0.write("secret\n".utf8) }
                }
            }
            #expect(error?.code == .invalidText)
            #expect(error?.sqlState == "22P02")
            #expect(error.map { !"\($0)".contains("secret") } == true)
            let table = await postgresError {
                _ = try await client.withConnection { try await $0.copyIn("COPY absent FROM STDIN") { _ in } }
            }
            #expect(table?.code == .undefinedTable)
        }
    }

    @Test("leaving a COPY TO early cancels it on the server and keeps the session")
    func leaveEarly() async throws {
        try await withClient {
            $0.maximumConnections = 1
        } _: { client in
            await #expect(throws: Refusal.self) {
                try await client.withConnection { connection in
                    try await connection.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") { _ in
                        throw Refusal()
                    }
                }
            }
            let answer = try await client.scalar("SELECT 1")
            #expect(answer == "1")
            #expect(client.poolStatus.open == 1)
        }
    }

    @Test("cancelling the task ends a COPY FROM that waits for a lock")
    func cancelCopy() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            try await client.withTransaction { holder in
                try await holder.execute("LOCK TABLE t")
                let task = Task {
                    try await client.withConnection { connection in
                        try await connection.copyIn("COPY t FROM STDIN") { try await $0.write("1\n".utf8) }
                    }
                }
                let waiting =
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY t%'"
                while try await client.number(waiting) != 1 { await Task.yield() }
                task.cancel()
                #expect(await postgresError { _ = try await task.value }?.code == .cancelled)
            }
            #expect(try await client.number("SELECT count(*) FROM t") == 0)
        }
    }

    @Test("a query during a COPY on the same session is refused")
    func queryDuringCopy() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let error = await postgresError {
                _ = try await client.withConnection { connection in
                    try await connection.copyIn("COPY t FROM STDIN") { _ in _ = try await connection.query("SELECT 1") }
                }
            }
            #expect(error?.code == .usage)
        }
    }
}
