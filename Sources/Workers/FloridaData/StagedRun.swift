import JobQueue
import PostgresClient

/// What the database says of a staging run; what a result says of it may be old or made up.
struct StagedRun: Sendable {
    /// The key under which the rows were staged.
    let id: String
    /// The table of the rows; gone once they are merged.
    let table: String
    /// `SDF`, `NAP` or `NAL`.
    let dataset: String
    /// The Department's number of the county.
    let countyNumber: Int
    /// `P` or `F`.
    let roll: String
    /// The assessment year.
    let year: Int
    /// The number of the submission.
    let submission: Int
    /// SHA-256 of the file.
    let sha256: String
    /// How many rows were staged.
    let rows: Int
    /// Whether they are synthetic.
    let isSample: Bool
    /// Whether they are in the live table, and the staging table is gone.
    let isMerged: Bool

    /// Looks a run up; nil when nothing is staged under the key.
    static func find(_ id: String, _ client: PostgresClient) async throws -> StagedRun? {
        let found = try await client.query(
            """
            SELECT table_name, dataset, co_no, roll, year, submission, sha256, rows, is_sample, merged IS NOT NULL AS is_merged
            FROM staged_files WHERE run_key = $1
            """,
            [.text(id)]
        )
        guard let row = found.first else { return nil }
        return StagedRun(
            id: id,
            table: try row.decode("table_name"),
            dataset: try row.decode("dataset"),
            countyNumber: try row.decode("co_no"),
            roll: try row.decode("roll"),
            year: try row.decode("year"),
            submission: try row.decode("submission"),
            sha256: try row.decode("sha256"),
            rows: try row.decode("rows"),
            isSample: try row.decode("is_sample"),
            isMerged: try row.decode("is_merged")
        )
    }

    /// How many rows the staging table has now; 0 when it is gone.
    func countRows(_ client: PostgresClient) async throws -> Int {
        do {
            return try await client.query("SELECT count(*) FROM \(table)").first?.decode(0) ?? 0
        } catch let error as PostgresError where error.code == .undefinedTable {
            return 0
        }
    }

    /// Whether the merge puts real rows in the place of synthetic ones, which may then all go.
    ///
    /// - Throws: a ``JobFailure`` where synthetic rows would replace real ones.
    func replacesSample(_ client: PostgresClient) async throws -> Bool {
        // A merge replaces the roll as a whole, so that the last file loaded is what is live.
        let last = try await client.query(
            """
            SELECT is_sample FROM source_files WHERE dataset = $1 AND co_no = $2 AND roll = $3 AND year = $4
            ORDER BY loaded_at DESC, id DESC LIMIT 1
            """,
            [.text(dataset), .int(countyNumber), .text(roll), .int(year)]
        )
        guard let row = last.first else { return false }
        let isLiveSample: Bool = try row.decode("is_sample")
        guard isLiveSample || !isSample || isMerged else {
            throw JobFailure(
                "sample_over_real",
                "the live table holds the real \(dataset) of county DOR \(countyNumber), \(year)\(roll): "
                    + "synthetic rows must not replace it",
                field: "staging"
            )
        }
        return isLiveSample && !isSample
    }
}
