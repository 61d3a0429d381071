import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// What table `source_files` says of rolls.
struct LoadedRolls {
    /// The last load of a roll, with that of the roll before it in the same county.
    struct Load: Sendable {
        let identity: RollIdentity
        let fileName: String
        let submission: Int
        let rows: Int
        let invalidRows: Int
        let isSample: Bool
        let loadedAt: Date
        let previousRows: Int?
    }

    let client: PostgresClient

    /// The last load of each roll of a scope; synthetic ones too.
    func loads(_ scope: RollScope) async throws -> [Load] {
        let rows = try await client.query(
            """
            SELECT *, lag(rows) OVER (PARTITION BY dataset, co_no, is_sample ORDER BY year, roll DESC) AS previous_rows
            FROM (SELECT DISTINCT ON (dataset, co_no, roll, year) dataset, co_no, roll, year, submission, file_name,
                    rows, invalid_rows, is_sample, loaded_at
                FROM source_files WHERE status = 'loaded' AND co_no = ANY($1) AND dataset = ANY($2)
                ORDER BY dataset, co_no, roll, year, loaded_at DESC, id DESC) AS newest
            ORDER BY year DESC, roll, co_no, dataset
            """,
            [.intArray(scope.counties.map(\.number)), .textArray(scope.datasets.map(\.rawValue))]
        )
        return try rows.compactMap { row in
            guard let dataset = Dataset(rawValue: try row.decode("dataset")),
                let roll = Roll(rawValue: try row.decode("roll"))
            else { return nil }
            let county = try County(number: try row.decode("co_no"))
            return Load(
                identity: RollIdentity(dataset: dataset, county: county, roll: roll, year: try row.decode("year")),
                fileName: try row.decode("file_name"),
                submission: try row.decode("submission"),
                rows: try row.decode("rows"),
                invalidRows: try row.decode("invalid_rows"),
                isSample: try row.decode("is_sample"),
                loadedAt: try row.decode("loaded_at"),
                previousRows: try row.decode("previous_rows")
            )
        }
    }

    /// The expected rolls of which nothing is loaded; a synthetic load fills no gap of a real source.
    func gaps(_ expected: [RollIdentity], _ scope: RollScope, isSample: Bool) async throws -> [RollIdentity] {
        let there = Set(try await loads(scope).filter { isSample || !$0.isSample }.map(\.identity))
        return expected.filter { !there.contains($0) }
    }
}
