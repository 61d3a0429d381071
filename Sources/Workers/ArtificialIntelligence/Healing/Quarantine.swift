import PostgresClient

/// Rows that were taken out of the live tables, kept whole in `quarantined_rows`.
struct Quarantine: Sendable {
    let client: PostgresClient

    /// How many rows of a load are there.
    func count(fileID: Int) async throws -> Int {
        do {
            return try await client.query(
                "SELECT count(*) FROM quarantined_rows WHERE (content ->> 'file_id')::bigint = $1",
                [.int(fileID)]
            )
            .first?.decode(0) ?? 0
        } catch let error as PostgresError where error.code == .undefinedTable {
            return 0
        }
    }

    /// Moves rows of a live table; both halves of the move happen or none does.
    ///
    /// The table's name and the condition are constants of ours; its parameters are `$3` and on. Returns how many rows.
    func move(
        table: String,
        where condition: String,
        _ parameters: [PostgresValue],
        reason: String,
        key: String
    ) async throws -> Int {
        try await client.execute(
            """
            WITH gone AS (DELETE FROM \(table) t WHERE \(condition) RETURNING t.*)
            INSERT INTO quarantined_rows (run_key, table_name, reason, content)
            SELECT $1, '\(table)', $2, to_jsonb(gone) FROM gone
            """,
            [.text(key), .text(reason)] + parameters
        )
    }
}
