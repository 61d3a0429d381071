import JobQueue
import PostgresClient
import RecordLinkage

/// Logs merges and takes them back.
extension MatchStore {
    /// Logs merges; records that earlier merges have joined already are left as they are.
    ///
    /// What is merged is the record that stands for each side by now: merges of several runs never form a circle. Records of
    /// which the run's pairs say that they are not one are not joined, and a run that was undone logs nothing any more.
    func merge(_ merges: [Merge], kind: String, runID: String, on connection: PostgresConnection) async throws -> Int {
        guard !merges.isEmpty else { return 0 }
        try await lock(kind, on: connection)
        guard try await !isUndone(runID, on: connection) else { return 0 }
        let rows = try await connection.query(
            "SELECT merged_key, survivor_key FROM entity_merges WHERE kind = $1 AND undone_at IS NULL",
            [.text(kind)]
        )
        var survivors = Survivors()
        for row in rows { survivors.add(try row.decode("merged_key"), to: try row.decode("survivor_key")) }
        for pair in try await rejected(runID, on: connection) { survivors.keepApart(pair.left, pair.right) }
        var new: [(pair: Merge, survivor: String, merged: String)] = []
        for merge in merges {
            let survivor = survivors.survivor(of: merge.survivor)
            let merged = survivors.survivor(of: merge.merged)
            guard survivor != merged, !survivors.areApart(survivor, merged) else { continue }
            survivors.add(merged, to: survivor)
            new.append((merge, survivor, merged))
        }
        guard !new.isEmpty else { return 0 }
        return try await connection.execute(
            """
            INSERT INTO entity_merges (kind, survivor_key, merged_key, probability, rule, evidence, run_id, left_key,
                right_key)
            SELECT $1, survivor, merged, probability::double precision, rule, evidence::jsonb, $2, left_key, right_key
            FROM unnest($3, $4, $5, $6, $7, $8, $9)
                AS m (survivor, merged, probability, rule, evidence, left_key, right_key)
            """,
            [
                .text(kind), .text(runID), .textArray(new.map(\.survivor)), .textArray(new.map(\.merged)),
                .textArray(new.map { String($0.pair.probability) }), .textArray(new.map(\.pair.rule)),
                .textArray(try new.map { String(decoding: try JSONCoding.encode($0.pair.evidence), as: UTF8.self) }),
                .textArray(new.map(\.pair.survivor)), .textArray(new.map(\.pair.merged)),
            ]
        )
    }

    /// Takes back the merges of a run and answers how many; none when they were taken back before.
    ///
    /// Merges of later runs stay, for the pairs that those runs have found.
    func undo(runID: String, by person: String) async throws -> Int {
        try await client.withTransaction { connection in
            let kinds = try await connection.query(
                "SELECT DISTINCT kind FROM entity_merges WHERE run_id = $1 ORDER BY kind",
                [.text(runID)]
            ).map { try $0.decode(0, as: String.self) }
            for kind in kinds { try await lock(kind, on: connection) }
            let undone = try await connection.execute(
                "UPDATE entity_merges SET undone_at = now(), undone_by = $2 WHERE run_id = $1 AND undone_at IS NULL",
                [.text(runID), .text(person)]
            )
            if undone > 0 { for kind in kinds { try await rebuild(kind, on: connection) } }
            return undone
        }
    }

    /// Removes the active merges of a run, which is about to log them anew, and answers how many there were.
    func remove(runID: String, kind: String, on connection: PostgresConnection) async throws -> Int {
        try await lock(kind, on: connection)
        let removed = try await connection.execute(
            "DELETE FROM entity_merges WHERE run_id = $1 AND kind = $2 AND undone_at IS NULL",
            [.text(runID), .text(kind)]
        )
        if removed > 0 { try await rebuild(kind, on: connection) }
        return removed
    }

    /// How many merges of a run there are, taken back or not.
    func mergeCount(runID: String) async throws -> Int {
        try await client.query("SELECT count(*) FROM entity_merges WHERE run_id = $1", [.text(runID)]).first?.decode(0)
            ?? 0
    }

    /// Whether merges of a run were taken back.
    func isUndone(_ runID: String, on connection: PostgresConnection) async throws -> Bool {
        try await connection.query(
            "SELECT EXISTS (SELECT FROM entity_merges WHERE run_id = $1 AND undone_at IS NOT NULL)",
            [.text(runID)]
        ).first?.decode(0) ?? false
    }

    /// The pairs within one kind of which a person has said, in a run, that they are not one.
    func rejected(_ runID: String, on connection: PostgresConnection) async throws -> [(left: String, right: String)] {
        try await connection.query(
            """
            SELECT left_key, right_key FROM entity_matches
            WHERE run_id = $1 AND decided = 'rejected' AND left_kind = right_kind
            """,
            [.text(runID)]
        ).map { (try $0.decode("left_key"), try $0.decode("right_key")) }
    }

    /// Lets one transaction at a time change the merges of a kind: two at once would not see each other's survivors.
    private func lock(_ kind: String, on connection: PostgresConnection) async throws {
        try await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [.text("merges \(kind)")]
        )
    }

    /// Works out again which records stand for the pairs of the active merges, after others were taken from below them.
    private func rebuild(_ kind: String, on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            SELECT id, survivor_key, merged_key, coalesce(left_key, survivor_key) AS left_key,
                coalesce(right_key, merged_key) AS right_key
            FROM entity_merges WHERE kind = $1 AND undone_at IS NULL ORDER BY id
            """,
            [.text(kind)]
        )
        var survivors = Survivors()
        var moved: [(id: Int, survivor: String, merged: String)] = []
        for row in rows {
            let survivor = survivors.survivor(of: try row.decode("left_key"))
            let merged = survivors.survivor(of: try row.decode("right_key"))
            guard survivor != merged else { continue }
            survivors.add(merged, to: survivor)
            let logged = (
                try row.decode("survivor_key", as: String.self), try row.decode("merged_key", as: String.self)
            )
            if logged != (survivor, merged) { moved.append((try row.decode("id"), survivor, merged)) }
        }
        // Not active while they change places: a key is merged once, and the index looks at each row by itself.
        try await connection.execute(
            "UPDATE entity_merges SET undone_at = now() WHERE id = ANY ($1::bigint[])",
            [.intArray(moved.map(\.id))]
        )
        try await connection.execute(
            """
            UPDATE entity_merges m SET survivor_key = n.survivor, merged_key = n.merged, undone_at = NULL
            FROM unnest($1::bigint[], $2, $3) AS n (id, survivor, merged) WHERE m.id = n.id
            """,
            [.intArray(moved.map(\.id)), .textArray(moved.map(\.survivor)), .textArray(moved.map(\.merged))]
        )
    }
}
