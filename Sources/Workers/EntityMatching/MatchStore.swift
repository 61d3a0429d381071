import JobQueue
import PostgresClient
import RecordLinkage

/// Keeps matches and merges.
struct MatchStore {
    let client: PostgresClient

    /// Stores the pairs of a run, in the place of those it stored before.
    func record(
        _ matching: EntityMatcher.Matching,
        action: String,
        runID: String,
        on connection: PostgresConnection
    ) async throws {
        let left = matching.left.kind
        let right = matching.right?.kind ?? left
        let report = String(decoding: try JSONCoding.encode(matching.linkage.report), as: UTF8.self)
        try await connection.execute("DELETE FROM entity_match_runs WHERE run_id = $1", [.text(runID)])
        try await connection.execute(
            """
            INSERT INTO entity_match_runs (run_id, action, left_kind, right_kind, left_records, right_records, accepted,
                in_review, report)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb)
            """,
            [
                .text(runID), .text(action), .text(left), .text(right), .int(matching.linkage.report.leftRecords),
                .int(matching.linkage.report.rightRecords), .int(matching.count(.accepted)),
                .int(matching.count(.review)), .text(report),
            ]
        )
        let sql = """
            COPY entity_matches (left_kind, left_key, right_kind, right_key, score, probability, method, evidence, decided,
                run_id) FROM STDIN
            """
        _ = try await connection.copyIn(sql) { writer in
            for (number, pair) in matching.pairs.enumerated() {
                if number & 1023 == 0 { try Task.checkCancellation() }
                writer.rows.field(left)
                writer.rows.field(pair.left)
                writer.rows.field(right)
                writer.rows.field(pair.right)
                writer.rows.field(String(pair.score))
                writer.rows.field(String(pair.probability))
                writer.rows.field("fellegi_sunter")
                writer.rows.field(String(decoding: try JSONCoding.encode(pair.evidence), as: UTF8.self))
                writer.rows.field(pair.decision.rawValue)
                writer.rows.field(runID)
                writer.rows.endRow()
                try await writer.flushIfFull()
            }
        }
    }

    /// Logs merges; records that earlier merges have joined already are left as they are.
    ///
    /// What is merged is the record that stands for each side by now: merges of several runs never form a circle.
    func merge(_ merges: [Merge], kind: String, runID: String, on connection: PostgresConnection) async throws -> Int {
        guard !merges.isEmpty else { return 0 }
        // Two runs that merge at once would each not see the other's survivors.
        try await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [.text("merges \(kind)")]
        )
        let rows = try await connection.query(
            "SELECT merged_key, survivor_key FROM entity_merges WHERE kind = $1 AND undone_at IS NULL",
            [.text(kind)]
        )
        var survivors = Survivors()
        for row in rows { survivors.add(try row.decode("merged_key"), to: try row.decode("survivor_key")) }
        var new: [Merge] = []
        for var merge in merges {
            merge.survivor = survivors.survivor(of: merge.survivor)
            merge.merged = survivors.survivor(of: merge.merged)
            guard merge.survivor != merge.merged else { continue }
            survivors.add(merge.merged, to: merge.survivor)
            new.append(merge)
        }
        guard !new.isEmpty else { return 0 }
        return try await connection.execute(
            """
            INSERT INTO entity_merges (kind, survivor_key, merged_key, probability, rule, evidence, run_id)
            SELECT $1, survivor, merged, probability::double precision, rule, evidence::jsonb, $2
            FROM unnest($3, $4, $5, $6, $7) AS m (survivor, merged, probability, rule, evidence)
            """,
            [
                .text(kind), .text(runID), .textArray(new.map(\.survivor)), .textArray(new.map(\.merged)),
                .textArray(new.map { String($0.probability) }), .textArray(new.map(\.rule)),
                .textArray(try new.map { String(decoding: try JSONCoding.encode($0.evidence), as: UTF8.self) }),
            ]
        )
    }

    /// Takes back the merges of a run and answers how many; none when they were taken back before.
    func undo(runID: String, by person: String) async throws -> Int {
        try await client.execute(
            "UPDATE entity_merges SET undone_at = now(), undone_by = $2 WHERE run_id = $1 AND undone_at IS NULL",
            [.text(runID), .text(person)]
        )
    }

    /// How many merges of a run there are, taken back or not.
    func mergeCount(runID: String) async throws -> Int {
        try await client.query("SELECT count(*) FROM entity_merges WHERE run_id = $1", [.text(runID)]).first?.decode(0)
            ?? 0
    }
}

/// One record that becomes part of another.
struct Merge: Sendable {
    var survivor: String
    var merged: String
    /// The mean probability of the record's accepted pairs within its cluster.
    var probability: Double
    /// Why the survivor is the one that stays.
    var rule: String
    var evidence: [FieldEvidence]
}
