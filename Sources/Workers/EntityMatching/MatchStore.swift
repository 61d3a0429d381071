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
