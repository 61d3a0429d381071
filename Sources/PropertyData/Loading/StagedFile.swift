import Foundation
import PostgresClient

/// What the database knows of a staged file.
struct StagedFile: Sendable {
    let runKey: String
    let identity: RollIdentity
    let tableName: String
    let fileName: String
    let rows: Int
    /// Whether the rows are a part of a roll only.
    let isPartial: Bool
    /// The report of the merge, nil before it.
    let merged: MergeReport?

    /// County, year and roll, as `$1` to `$3`.
    var rollParameters: [PostgresValue] {
        [.int(identity.county.number), .int(identity.year), .text(identity.roll.rawValue)]
    }

    /// Reads the record of a run and locks it.
    static func load(_ runKey: String, on connection: PostgresConnection) async throws -> StagedFile {
        let found = try await connection.query(
            "SELECT * FROM staged_files WHERE run_key = $1 FOR UPDATE",
            [.text(runKey)]
        )
        guard let row = found.first, let dataset = Dataset(rawValue: try row.decode("dataset")),
            let roll = Roll(rawValue: try row.decode("roll"))
        else { throw PropertyDataError(.notStaged, "nothing is staged under this run's key: stage the file first") }
        let report = try row.decode("merged", as: String?.self)
        return StagedFile(
            runKey: runKey,
            identity: RollIdentity(
                dataset: dataset,
                county: try County(number: try row.decode("co_no")),
                roll: roll,
                year: try row.decode("year")
            ),
            tableName: try StagingRun.checked(try row.decode("table_name")),
            fileName: try row.decode("file_name"),
            rows: try row.decode("rows"),
            isPartial: try row.decode("is_partial"),
            merged: try report.map { try JSONDecoder().decode(MergeReport.self, from: Data($0.utf8)) }
        )
    }

    /// Lets one merge of the roll in at a time, until the transaction's end.
    func lockRoll(on connection: PostgresConnection) async throws {
        try await connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [.text("merge \(identity)")]
        )
    }

    /// Records the file as loaded and returns its id; the same file again has the same id.
    func recordSource(on connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query(
            """
            INSERT INTO source_files (dataset, co_no, roll, year, submission, file_name, url, is_sample, sha256, bytes, rows,
                invalid_rows, status)
            SELECT dataset, co_no, roll, year, submission, file_name, url, is_sample, sha256, bytes, rows, invalid_rows,
                'loaded'
            FROM staged_files WHERE run_key = $1
            ON CONFLICT (dataset, co_no, roll, year, submission, sha256) DO UPDATE SET
                rows = excluded.rows, invalid_rows = excluded.invalid_rows, status = excluded.status, loaded_at = now()
            RETURNING id
            """,
            [.text(runKey)]
        )
        guard let id = try rows.first?.decode("id", as: Int.self) else {
            throw PropertyDataError(.notStaged, "the record of this run is gone")
        }
        return id
    }

    /// Keeps the report and drops the staging table.
    func finish(_ report: MergeReport, on connection: PostgresConnection) async throws {
        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        try await connection.execute(
            "UPDATE staged_files SET merged = $2 WHERE run_key = $1",
            [.text(runKey), .json(text)]
        )
        try await connection.execute(script: "DROP TABLE \(tableName)")
    }
}
