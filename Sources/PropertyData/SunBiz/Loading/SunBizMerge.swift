import PostgresClient

/// The statements that merge staged records into their tables.
///
/// Table and column names come from ``SunBizTable`` only.
struct SunBizMerge {
    /// What the merge did, in rows.
    struct Counts: Sendable {
        var distinct: Int
        var inserted: Int
        var updated: Int
        var slots: Int
    }

    private let table: SunBizTable

    init(_ kind: SunBizKind) {
        table = SunBizTable.of(kind)
    }

    /// Makes the staging table; it goes with the transaction.
    var createStage: String {
        let columns = table.staged.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        return "CREATE TEMP TABLE sunbiz_stage (line bigint NOT NULL, \(columns)) ON COMMIT DROP"
    }

    /// The COPY that fills it.
    var copy: String {
        "COPY sunbiz_stage (line, \(table.staged.map(\.name).joined(separator: ", "))) FROM STDIN"
    }

    /// Merges what is staged, and checks that every key of it is live.
    func run(on connection: PostgresConnection, _ load: SunBizLoad) async throws -> Counts {
        let origin: [PostgresValue] = [.text(load.issuedOn.description), .bool(load.isSample)]
        try await connection.execute(script: prepare)
        let distinct = try await count("SELECT count(*) FROM sunbiz_stage", connection)
        try await connection.execute(findChanges, [origin[0]])
        try await connection.execute(script: "ANALYZE sunbiz_changes")
        try await connection.execute(touch, [origin[0]])
        let updated = try await connection.execute(update, origin)
        let inserted = try await connection.execute(insert, origin)
        var written = 0
        if let slots = table.slots {
            try await connection.execute(
                "DELETE FROM \(slots.name) o USING sunbiz_changes c WHERE \(sameKey("o", "c"))"
            )
            written = try await connection.execute(insertSlots(slots))
        }
        let live = try await count(
            "SELECT count(*) FROM sunbiz_stage s JOIN \(table.name) l ON \(sameKey("l", "s"))",
            connection
        )
        guard live == distinct else {
            throw PropertyDataError(
                .parityFailed,
                "\(distinct) records were staged, \(live) are live after the merge, which is undone"
            )
        }
        try await connection.execute(script: "DROP TABLE sunbiz_stage, sunbiz_changes")
        return Counts(distinct: distinct, inserted: inserted, updated: updated, slots: written)
    }

    private func count(_ sql: String, _ connection: PostgresConnection) async throws -> Int {
        try await connection.query(sql).first?.decode(0) ?? 0
    }

    private func sameKey(_ left: String, _ right: String) -> String {
        table.key.map { "\(left).\($0) = \(right).\($0)" }.joined(separator: " AND ")
    }

    /// A document that is in the file twice counts as its last record says.
    private var prepare: String {
        """
        ANALYZE sunbiz_stage; SET LOCAL work_mem = '128MB';
        DELETE FROM sunbiz_stage a USING sunbiz_stage b WHERE \(sameKey("a", "b")) AND a.line < b.line
        """
    }

    private var findChanges: String {
        """
        CREATE TEMP TABLE sunbiz_changes ON COMMIT DROP AS
        SELECT \(table.key.map { "s.\($0)" }.joined(separator: ", ")), l.row_hash IS NULL AS is_new
        FROM sunbiz_stage s LEFT JOIN \(table.name) l ON \(sameKey("l", "s"))
        WHERE l.row_hash IS NULL OR (l.row_hash <> s.row_hash AND l.as_of <= $1::text::date)
        """
    }

    /// What a later file confirms must not be overwritten by an earlier one that is loaded late.
    private var touch: String {
        """
        UPDATE \(table.name) l SET as_of = $1::text::date FROM sunbiz_stage s
        WHERE \(sameKey("l", "s")) AND l.row_hash = s.row_hash AND l.as_of < $1::text::date
        """
    }

    private var update: String {
        let changes = table.columns.map(\.name).filter { !table.key.contains($0) }.map { "\($0) = s.\($0)" }
        let time = table.slots == nil ? "" : ", updated_at = now()"
        return """
            UPDATE \(table.name) l SET \(changes.joined(separator: ", ")), as_of = $1::text::date, is_sample = $2\(time)
            FROM sunbiz_stage s JOIN sunbiz_changes c ON \(sameKey("c", "s"))
            WHERE \(sameKey("l", "s")) AND NOT c.is_new
            """
    }

    private var insert: String {
        let names = table.columns.map(\.name)
        return """
            INSERT INTO \(table.name) (\(names.joined(separator: ", ")), as_of, is_sample)
            SELECT \(names.map { "s.\($0)" }.joined(separator: ", ")), $1::text::date, $2
            FROM sunbiz_stage s JOIN sunbiz_changes c ON \(sameKey("c", "s")) WHERE c.is_new
            """
    }

    private func insertSlots(_ slots: SunBizTable.Slots) -> String {
        let names = (slots.slots.first ?? []).map(\.name)
        let rows = slots.slots.indices.map { slot in
            "(\(slot + 1), \(names.map { "s.s\(slot + 1)_\($0)" }.joined(separator: ", ")))"
        }
        return """
            INSERT INTO \(slots.name) (doc_number, slot, \(names.joined(separator: ", ")))
            SELECT s.doc_number, v.* FROM sunbiz_stage s JOIN sunbiz_changes c ON \(sameKey("c", "s"))
            CROSS JOIN LATERAL (VALUES \(rows.joined(separator: ", "))) AS v (slot, \(names.joined(separator: ", ")))
            WHERE v.\(slots.presence) IS NOT NULL
            """
    }
}
