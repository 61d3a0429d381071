import PostgresClient
import TestSupport
import Testing

@Suite("COPY in binary format", .postgresServer, .timeLimit(.minutes(3)))
struct BinaryCopyTests {
    private func text(_ text: String, into rows: CopyBinaryRows) {
        var text = text
        text.withUTF8 { rows.text($0) }
    }

    @Test("numbers of each width, texts and null arrive as they are")
    func values() async throws {
        let texts = ["", "\\N", "tab\there", "line\nbreak", "\u{1F3E0}é", String(repeating: "long ", count: 50_000)]
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n smallint, i integer, b bigint, s text)")
            try await client.withConnection { connection in
                let rows = CopyBinaryRows(capacity: 64)
                let copied = try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                    for (index, value) in texts.enumerated() {
                        rows.beginRow(columns: 4)
                        rows.number(Int16(index))
                        rows.number(Int32.min + Int32(index))
                        rows.number(Int64.max - Int64(index))
                        text(value, into: rows)
                        try await writer.flushIfFull(rows)
                    }
                    rows.beginRow(columns: 4)
                    for _ in 0..<4 { rows.null() }
                    try await writer.finish(rows)
                }
                #expect(copied == texts.count + 1)
            }
            let rows = try await client.query("SELECT s, n, i, b FROM t ORDER BY n NULLS LAST")
            #expect(rows.map { $0[0] } == texts + [nil])
            #expect(rows.map { $0[1] } == texts.indices.map(String.init) + [nil])
            #expect(rows.map { $0[2] } == texts.indices.map { String(Int32.min + Int32($0)) } + [nil])
            #expect(rows.map { $0[3] } == texts.indices.map { String(Int64.max - Int64($0)) } + [nil])
        }
    }

    @Test("a JSON value is written in parts, and can be made null after all")
    func json() async throws {
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n smallint, j jsonb)")
            try await client.withConnection { connection in
                let rows = CopyBinaryRows()
                _ = try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                    for isKept in [true, false] {
                        rows.beginRow(columns: 2)
                        rows.number(Int16(isKept ? 1 : 2))
                        let place = rows.beginJSON()
                        for byte in #"{"a": [1, "é"]}"#.utf8 { rows.append(byte) }
                        if isKept { rows.endValue(place) } else { rows.nullify(place) }
                    }
                    try await writer.finish(rows)
                }
            }
            let rows = try await client.query("SELECT j FROM t ORDER BY n")
            #expect(rows.map { $0[0] } == [#"{"a": [1, "é"]}"#, nil])
        }
    }

    @Test("a COPY whose body fails leaves no row, and the session goes on")
    func failing() async throws {
        struct Stop: Error {}
        try await withClient { client in
            try await client.execute("CREATE TABLE t (n smallint)")
            try await client.withConnection { connection in
                let rows = CopyBinaryRows()
                await #expect(throws: Stop.self) {
                    _ = try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                        for number in 0..<100_000 {
                            rows.beginRow(columns: 1)
                            rows.number(Int16(truncatingIfNeeded: number))
                            try await writer.flushIfFull(rows)
                        }
                        throw Stop()
                    }
                }
                let left = try await connection.query("SELECT count(*) FROM t")
                #expect(left.first?[0] == "0")
            }
        }
    }
}
