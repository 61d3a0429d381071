import JobQueue
import PostgresClient
import PropertyData
import RecordLinkage

/// Records ready to be linked, with the column that names them and the kinds of the others.
struct EntityRecords: Sendable {
    /// What they are called in tables and results.
    let kind: String
    let table: RecordTable
    /// The column that names a record; nil for its number.
    let key: Int?
    /// What is known of the columns.
    let kinds: [String: ColumnKind]

    /// The key of a record.
    func key(_ record: Int) -> String { key.map { table.text(record: record, column: $0) } ?? String(record + 1) }

    /// Those of some keys that name a record.
    func present(_ keys: Set<String>) -> Set<String> {
        var present: Set<String> = []
        for record in 0..<table.count {
            let key = self.key(record)
            if keys.contains(key) { present.insert(key) }
        }
        return present
    }
}

/// Reads records from tables and files.
struct RecordReader {
    let environment: WorkerEnvironment
    let context: JobContext

    /// Reads a source; `county` narrows the property tables to one.
    ///
    /// - Throws: ``JobFailure`` that names the parameter `field`, `CancellationError`.
    func read(_ source: RecordSource, county: Int?, field: String) async throws -> EntityRecords {
        switch (source.table, source.file) {
        case (let table?, nil): return try await read(table: table, source, county, field)
        case (nil, let path?):
            let table = try RecordFile(path: TableInput.allowed(path, environment, field: "\(field).file")).read()
            if let key = source.key, !table.names.contains(key) {
                throw JobFailure("unknown_column", "the file has no column of this name", field: "\(field).key")
            }
            let key = source.key.flatMap(table.names.firstIndex(of:)) ?? table.identifyingColumn
            return EntityRecords(kind: source.kind, table: table, key: key, kinds: source.columns ?? [:])
        case (nil, nil), (_?, _?):
            throw JobFailure("invalid_parameters", "names either a table or a file", field: field)
        }
    }

    private func read(
        table name: String,
        _ source: RecordSource,
        _ county: Int?,
        _ field: String
    ) async throws -> EntityRecords {
        let client = try environment.database()
        if let known = EntityTable.all.first(where: { $0.name == name }), source.columns == nil {
            for table in known.requires where try await columns(of: table, client).isEmpty {
                throw JobFailure("missing_table", "the database has no table \(table)", field: field)
            }
            let names = ["key"] + known.columns.map(\.name)
            let records = try await copy(known.select(county: county), names, client)
            let kinds = Dictionary(known.columns.map { ($0.name, $0.kind) }) { first, _ in first }
            return EntityRecords(kind: name, table: records, key: 0, kinds: kinds)
        }
        let found = try await columns(of: name, client)
        guard !found.isEmpty else {
            throw JobFailure("missing_table", "the database has no table of this name", field: field)
        }
        let wanted = source.columns.map { Array($0.keys).sorted() } ?? found
        let keys: [String]
        if let key = source.key { keys = [key] } else { keys = try await primaryKey(of: name, client) }
        guard Set(found).isSuperset(of: wanted + keys) else {
            throw JobFailure(
                "unknown_column",
                "the table has no column of a name that is given",
                field: "\(field).columns"
            )
        }
        // Only names that the catalog has just answered are written into the statement, and quoted all the same.
        let key = keys.isEmpty ? "ctid::text" : "concat_ws('/', \(keys.map(Self.quoted).joined(separator: ", ")))"
        let list = wanted.map { "\(Self.quoted($0))::text" }.joined(separator: ", ")
        let sql = "SELECT \(key) AS key, \(list) FROM \(Self.quoted(name))"
        let records = try await copy(sql, ["key"] + wanted, client)
        return EntityRecords(kind: name, table: records, key: 0, kinds: source.columns ?? [:])
    }

    /// Streams a statement's rows into a table.
    private func copy(_ sql: String, _ names: [String], _ client: PostgresClient) async throws -> RecordTable {
        let reader = CSVReader(encoding: .utf8, maximumRecordLength: 1 << 24)
        var table = RecordTable(names: names)
        func take() throws {
            while try reader.next() { try table.append { reader[$0] } }
        }
        try await client.withConnection { connection in
            // Two copies of one statement see the same rows.
            try await connection.copyOut("COPY (\(sql) ORDER BY 1) TO STDOUT (FORMAT csv)") { piece in
                piece.withUnsafeBytes { reader.append($0) }
                try take()
                context.report(done: table.count, unit: "records read")
            }
        }
        reader.finish()
        try take()
        return table
    }

    private func columns(of table: String, _ client: PostgresClient) async throws -> [String] {
        try await client.query(
            """
            SELECT column_name::text FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position
            """,
            [.text(table)]
        ).map { try $0.decode(0) }
    }

    private func primaryKey(of table: String, _ client: PostgresClient) async throws -> [String] {
        try await client.query(
            """
            SELECT a.attname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
            WHERE c.relname = $1 AND i.indisprimary ORDER BY array_position(i.indkey::smallint[], a.attnum)
            """,
            [.text(table)]
        ).map { try $0.decode(0) }
    }

    private static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}
