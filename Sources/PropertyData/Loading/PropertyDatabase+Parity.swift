import PostgresClient

/// How the rows of a run compare with the live rows of their roll, key by key and hash by hash.
package struct ParityCounts: Sendable, Equatable {
    /// Keys staged, each counted once; of the sample where one was taken.
    package let staged: Int
    /// Live rows of the roll; of the sample where one was taken.
    package let live: Int
    /// Keys on both sides with the same content.
    package let matched: Int
    /// Keys on both sides with other content.
    package let mismatched: Int
    /// Staged keys that are not live.
    package let missingLive: Int
    /// Live keys that are not staged.
    package let missingStaged: Int
}

/// A live roll, and what its last load recorded of it.
package struct LoadedRoll: Sendable {
    /// Which roll.
    package let identity: RollIdentity
    /// The number of the submission.
    package let submission: Int
    /// The id of the load in `source_files`.
    package let fileID: Int
    /// The file's name on disk.
    package let fileName: String
    /// SHA-256 of the file.
    package let sha256: String
    /// How many bytes the file has.
    package let bytes: Int
    /// Rows that were loaded.
    package let rows: Int
    /// Rows of the file that were refused.
    package let invalidRows: Int
    /// Whether they are synthetic.
    package let isSample: Bool
    /// Where the file came from.
    package let url: String?
}

extension PropertyDatabase {
    /// The rolls that have been loaded, each with its last load, by dataset, county, year and roll.
    package func loadedRolls() async throws -> [LoadedRoll] {
        let rows = try await client.query(
            """
            SELECT DISTINCT ON (dataset, co_no, year, roll) id, dataset, co_no, year, roll, submission, file_name, sha256,
                bytes, rows, invalid_rows, is_sample, url
            FROM source_files WHERE status = 'loaded'
            ORDER BY dataset, co_no, year, roll, loaded_at DESC, id DESC
            """
        )
        return try rows.compactMap { row in
            guard let dataset = Dataset(rawValue: try row.decode("dataset")),
                let roll = Roll(rawValue: try row.decode("roll"))
            else { return nil }
            return LoadedRoll(
                identity: RollIdentity(
                    dataset: dataset,
                    county: try County(number: try row.decode("co_no")),
                    roll: roll,
                    year: try row.decode("year")
                ),
                submission: try row.decode("submission"),
                fileID: try row.decode("id"),
                fileName: try row.decode("file_name"),
                sha256: try row.decode("sha256"),
                bytes: try row.decode("bytes"),
                rows: try row.decode("rows"),
                invalidRows: try row.decode("invalid_rows"),
                isSample: try row.decode("is_sample"),
                url: try row.decode("url", as: String?.self)
            )
        }
    }

    /// How many live rows a roll has.
    package func countLive(_ identity: RollIdentity) async throws -> Int {
        let table = PropertyTable.of(identity.dataset).name
        let rows = try await client.query(
            "SELECT count(*) FROM \(table) WHERE co_no = $1::smallint AND asmnt_yr = $2::smallint AND roll = $3",
            [.int(identity.county.number), .int(identity.year), .text(identity.roll.rawValue)]
        )
        return try rows.first?.decode(0) ?? 0
    }

    /// Compares what a run has staged with the live rows of its roll.
    ///
    /// With a `share`, only such a share of the keys is compared, chosen by a hash of the key, so that both sides choose the
    /// same ones and a second call chooses them again.
    package func parity(runKey: String, share: Double? = nil) async throws -> ParityCounts {
        try await client.withTransaction { connection in
            let staged = try await StagedFile.load(runKey, on: connection)
            guard staged.merged == nil else {
                throw PropertyDataError(
                    .notStaged,
                    file: staged.fileName,
                    "the run's rows are merged and no longer staged"
                )
            }
            let table = PropertyTable.of(staged.identity.dataset)
            // Without statistics the planner takes a roll for one row and joins row by row.
            try await connection.execute(
                script: "ANALYZE \(staged.tableName) (\(table.key.joined(separator: ", "))); "
                    + "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'"
            )
            let own = table.key.filter { !["co_no", "asmnt_yr", "roll"].contains($0) }
            let bound = share.map { Int($0 * 1_000_000) } ?? 1_000_000
            let chosen = { (alias: String) in
                let key = own.map { "\(alias).\($0)" }.joined(separator: " || '|' || ")
                return "abs(hashtext(\(key))::bigint) % 1000000 < \(bound)"
            }
            let rows = try await connection.query(
                """
                WITH s AS (
                    SELECT DISTINCT ON (\(own.map { "s.\($0)" }.joined(separator: ", "))) s.* FROM \(staged.tableName) s
                    WHERE \(chosen("s"))
                ), l AS (
                    SELECT * FROM \(table.name) l
                    WHERE l.co_no = $1::smallint AND l.asmnt_yr = $2::smallint AND l.roll = $3 AND \(chosen("l"))
                )
                SELECT count(s.row_hash) AS staged, count(l.row_hash) AS live,
                    count(*) FILTER (WHERE s.row_hash = l.row_hash) AS matched,
                    count(*) FILTER (WHERE s.row_hash <> l.row_hash) AS mismatched,
                    count(*) FILTER (WHERE l.row_hash IS NULL) AS missing_live,
                    count(*) FILTER (WHERE s.row_hash IS NULL) AS missing_staged
                FROM s FULL JOIN l ON \(own.map { "s.\($0) = l.\($0)" }.joined(separator: " AND "))
                """,
                staged.rollParameters
            )
            guard let row = rows.first else { throw PropertyDataError(.notStaged, "the comparison had no answer") }
            return ParityCounts(
                staged: try row.decode("staged"),
                live: try row.decode("live"),
                matched: try row.decode("matched"),
                mismatched: try row.decode("mismatched"),
                missingLive: try row.decode("missing_live"),
                missingStaged: try row.decode("missing_staged")
            )
        }
    }

    /// Drops what a run has staged, if it is there and not merged.
    package func discardStaged(runKey: String) async throws {
        try await client.withTransaction { connection in
            let rows = try await connection.query(
                "DELETE FROM staged_files WHERE run_key = $1 AND merged IS NULL RETURNING table_name",
                [.text(runKey)]
            )
            for row in rows {
                let table = try StagingRun.checked(try row.decode(0))
                try await connection.execute(script: "DROP TABLE IF EXISTS \(table)")
            }
        }
    }
}
