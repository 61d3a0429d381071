/// What a migration makes, read from its text: tables, indexes and views by name, columns by table and name.
struct MigrationObjects {
    private let migration: PostgresMigration
    let relations: [String]
    let columns: [(table: String, column: String)]

    init(of migration: PostgresMigration) {
        self.migration = migration
        let created =
            #/CREATE\s+(?:UNIQUE\s+|UNLOGGED\s+|OR\s+REPLACE\s+)*(?:TABLE|INDEX|VIEW|SEQUENCE)\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z_0-9]*)(?=[\s(;])/#
        relations = migration.sql.matches(of: created).map { String($0.1) }
        columns = migration.sql.matches(of: #/ALTER\s+TABLE\s+([a-z_][a-z_0-9]*)([^;]*)/#).flatMap { change in
            change.2.matches(of: #/ADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z_0-9]*)/#).map { column in
                (String(change.1), String(column.1))
            }
        }
    }

    /// Whether all of it is there; false where nothing is.
    ///
    /// - Throws: ``PostgresError`` `migration` where only a part is, since neither running it nor leaving it out would do.
    func areThere(_ connection: PostgresConnection) async throws -> Bool {
        let names = relations + columns.map { "\($0.table).\($0.column)" }
        guard !names.isEmpty else { return false }
        var missing: [String] = []
        for name in relations {
            let found = try await connection.query("SELECT to_regclass($1) IS NOT NULL", [.text(name)])
            if try found.first?.decode(0, as: Bool.self) != true { missing.append(name) }
        }
        for (table, column) in columns {
            let found = try await connection.query(
                """
                SELECT EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = to_regclass($1) AND attname = $2 AND attnum > 0 AND NOT attisdropped)
                """,
                [.text(table), .text(column)]
            )
            if try found.first?.decode(0, as: Bool.self) != true { missing.append("\(table).\(column)") }
        }
        guard !missing.isEmpty, missing.count < names.count else { return missing.isEmpty }
        throw PostgresError(
            code: .migration,
            operation: "migrate",
            summary:
                "migration \(migration.version) (\(migration.name)) of \(migration.component) is there in part only: "
                + "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing"
        )
    }
}
