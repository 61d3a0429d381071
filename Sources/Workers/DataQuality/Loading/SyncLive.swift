import Foundation
import JobQueue
import Logging
import PostgresClient
import PropertyData

/// `data_quality.sync_live`: merges what is staged and waits into the live tables, the oldest first.
///
/// Each table has a watermark: when the last applied rows were staged. Staged rows that a later file of the same roll
/// has replaced are passed over. Each merge is one transaction; running it again goes on behind the watermark.
struct SyncLive: Action {
    static let name = "sync_live"
    static let summary =
        "Merges staged rolls that wait behind each table's watermark into the live tables, and moves the watermark."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// `parcels`, `sales`, `tangible`; all by default.
        var tables: [String]?
        /// The share of a roll's live rows that a merge may delete, 0 to 1; 0.2 by default.
        var maximumDeletedShare: Double?

        private enum CodingKeys: String, CodingKey {
            case tables
            case maximumDeletedShare = "maximum_deleted_share"
        }
    }

    struct Table: Encodable, Sendable {
        let table: String
        var rolls = 0
        var inserted = 0
        var updated = 0
        var unchanged = 0
        var deleted = 0
        /// Rows of its rolls in the live table after their merges.
        var live = 0
        /// Staged rows of those rolls.
        var staged = 0
        /// Staged rolls that a later file has replaced, and parts of rolls.
        var passedOver = 0
        var watermark: Date?

        private enum CodingKeys: String, CodingKey {
            case table, rolls, inserted, updated, unchanged, deleted, live, staged, watermark
            case passedOver = "passed_over"
        }
    }

    struct Failed: Encodable, Sendable {
        let staging: String
        let code: String
        let message: String
    }

    struct Result: Encodable, Sendable {
        var tables: [Table]
        var failed: [Failed] = []
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let all = ["parcels": Dataset.nal, "sales": .sdf, "tangible": .nap]
        let names = parameters.tables ?? all.keys.sorted()
        for (index, name) in names.enumerated() where all[name] == nil {
            throw JobFailure("unknown_table", "is none of parcels, sales, tangible", field: "tables[\(index)]")
        }
        let share = parameters.maximumDeletedShare ?? 0.2
        guard (0...1).contains(share) else {
            throw JobFailure("invalid_share", "the share is from 0 to 1", field: "maximum_deleted_share")
        }
        let client = try environment.database()
        return try await JobFailure.naming {
            var result = Result(tables: [])
            let pending = try await PendingRolls(client: client).find(names.compactMap { all[$0] })
            let total = pending.count { !$0.isPassedOver }
            var done = 0
            context.report(done: 0, total: total, unit: "rolls")
            for name in Set(names).sorted() {
                var table = Table(table: name)
                var isWhole = true
                for roll in pending where roll.dataset == all[name] {
                    try Task.checkCancellation()
                    if roll.isPassedOver {
                        table.passedOver += 1
                        continue
                    }
                    do {
                        try await apply(roll, share, client, context, &table)
                        // A watermark behind a roll that failed would hide it.
                        if isWhole { try await PendingRolls(client: client).mark(name, roll) }
                    } catch let error as PropertyDataError {
                        let failure = JobFailure(error)
                        isWhole = false
                        result.failed.append(Failed(staging: roll.id, code: failure.code, message: failure.message))
                    } catch let failure as JobFailure where !failure.isRetryable {
                        isWhole = false
                        result.failed.append(Failed(staging: roll.id, code: failure.code, message: failure.message))
                    }
                    done += 1
                    context.report(done: done, total: total, unit: "rolls")
                }
                table.watermark = try await PendingRolls(client: client).watermark(name)
                result.tables.append(table)
            }
            return .measured(result, parts: Self.parts(result))
        }
    }

    private func apply(
        _ roll: PendingRolls.Roll,
        _ share: Double,
        _ client: PostgresClient,
        _ context: JobContext,
        _ table: inout Table
    ) async throws {
        guard let run = try await StagedRun.find(roll.id, client), try await run.countRows(client) == run.rows else {
            throw JobFailure("staging_changed", "the staged rows are gone: process the file again", field: "tables")
        }
        let report = try await PropertyDatabase(client: client).merge(
            runKey: roll.id,
            maximumDeletedShare: try await run.replacesSample(client) ? 1 : share
        )
        table.rolls += 1
        table.inserted += report.inserted
        table.updated += report.updated
        table.unchanged += report.unchanged
        table.deleted += report.deleted
        table.live += report.live
        table.staged += report.staged
        context.logger.info("roll merged", metadata: ["table": "\(table.table)", "rows.live": "\(report.live)"])
    }

    /// What the confidence rests on.
    private static func parts(_ result: Result) -> [ConfidencePart] {
        let applied = result.tables.reduce(0) { $0 + $1.rolls }
        let tried = applied + result.failed.count
        let (live, staged) = result.tables.reduce(into: (0, 0)) { sums, table in
            sums.0 += table.live
            sums.1 += table.staged
        }
        return [
            ConfidencePart(
                "rolls_applied",
                tried == 0 ? 1 : Double(applied) / Double(tried),
                basis: tried == 0 ? "nothing waits" : "\(applied) of \(tried) waiting rolls applied"
            ),
            ConfidencePart(
                "parity",
                live == staged ? 1 : 0,
                basis: "\(live) live rows for \(staged) staged ones"
            ),
        ]
    }
}

/// Staged rolls behind the watermarks.
struct PendingRolls {
    struct Roll: Sendable {
        let id: String
        let dataset: Dataset
        let stagedAt: Date
        /// Whether a later file of the roll was staged or merged since, or it is a part of one.
        let isPassedOver: Bool
    }

    let client: PostgresClient

    /// What waits, the oldest first.
    func find(_ datasets: [Dataset]) async throws -> [Roll] {
        let rows = try await client.query(
            """
            SELECT f.run_key, f.dataset, f.staged_at, f.is_partial OR EXISTS (SELECT FROM staged_files o
                WHERE o.dataset = f.dataset AND o.co_no = f.co_no AND o.roll = f.roll AND o.year = f.year
                AND NOT o.is_partial AND o.staged_at > f.staged_at) AS passed_over
            FROM staged_files f WHERE f.merged IS NULL AND f.dataset = ANY($1) ORDER BY f.staged_at, f.run_key
            """,
            [.textArray(datasets.map(\.rawValue))]
        )
        return try rows.compactMap { row in
            guard let dataset = Dataset(rawValue: try row.decode("dataset")) else { return nil }
            return Roll(
                id: try row.decode("run_key"),
                dataset: dataset,
                stagedAt: try row.decode("staged_at"),
                isPassedOver: try row.decode("passed_over")
            )
        }
    }

    /// Moves a table's watermark to a roll.
    func mark(_ table: String, _ roll: Roll) async throws {
        try await client.execute(
            """
            INSERT INTO live_watermarks (table_name, staged_at, run_key) VALUES ($1, $2, $3)
            ON CONFLICT (table_name) DO UPDATE SET staged_at = greatest(live_watermarks.staged_at, excluded.staged_at),
                run_key = excluded.run_key, applied_at = now()
            """,
            [.text(table), .timestamp(roll.stagedAt), .text(roll.id)]
        )
    }

    /// A table's watermark, nil before the first.
    func watermark(_ table: String) async throws -> Date? {
        let rows = try await client.query("SELECT staged_at FROM live_watermarks WHERE table_name = $1", [.text(table)])
        return try rows.first?.decode("staged_at", as: Date.self)
    }
}
