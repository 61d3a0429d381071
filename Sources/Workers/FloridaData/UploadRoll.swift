import JobQueue
import Logging
import PropertyData

/// `florida_data.upload`: merges staged rows into the live table of their dataset, in one transaction.
///
/// The staged file is the whole roll: rows are inserted, updated, or deleted where the file no longer has them. Running
/// it again changes nothing and answers the same counts.
struct UploadRoll: Action {
    static let name = "upload"
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The staged rows, as `process` returns them.
        var staging: StagingEvidence
        /// The share of a roll's live rows that a merge may delete, 0 to 1; 0.2 by default.
        var maximumDeletedShare: Double?

        private enum CodingKeys: String, CodingKey {
            case staging
            case maximumDeletedShare = "maximum_deleted_share"
        }
    }

    struct Result: Encodable, Sendable {
        /// Rows that were staged.
        var rowsStaged: Int
        /// Rows of the roll in the live table after the merge, counted there.
        var rowsLive: Int
        /// Rows that were not there before.
        var inserted: Int
        /// Rows whose content changed.
        var updated: Int
        /// Rows that were there already.
        var unchanged: Int
        /// Rows that the file no longer has.
        var deleted: Int
        /// The file's id in table `source_files`.
        var sourceFileID: Int
        /// Live rows for each staged one; 1 when the live table is what was staged.
        var parity: Double
        /// Whether the rows are synthetic.
        var isSample: Bool

        private enum CodingKeys: String, CodingKey {
            case inserted, updated, unchanged, deleted, parity
            case rowsStaged = "rows_staged"
            case rowsLive = "rows_live"
            case sourceFileID = "source_file_id"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let client = try environment.database()
        let staging = parameters.staging
        let share = parameters.maximumDeletedShare ?? 0.2
        guard (0...1).contains(share) else {
            throw JobFailure("invalid_share", "the share is from 0 to 1", field: "maximum_deleted_share")
        }
        return try await JobFailure.naming {
            let run = try await RollStaging(environment: environment, context: context).find(staging)
            context.report(done: 0, total: run.rows, unit: "rows")
            let report = try await PropertyDatabase(client: client).merge(
                runKey: staging.id,
                maximumDeletedShare: try await run.replacesSample(client) ? 1 : share
            )
            context.report(done: report.live, total: report.staged, unit: "rows")
            context.logger.info(
                "roll merged",
                metadata: [
                    "file.id": "\(report.fileID)", "rows.live": "\(report.live)", "rows.inserted": "\(report.inserted)",
                    "rows.updated": "\(report.updated)", "rows.deleted": "\(report.deleted)",
                ]
            )
            let result = Result(report, isSample: run.isSample)
            let part = ConfidencePart(
                "parity",
                min(result.parity, 1 / max(result.parity, 1)),
                basis: "\(report.live) live rows for \(report.staged) staged ones"
            )
            return .measured(result, parts: [part])
        }
    }
}

extension UploadRoll.Result {
    init(_ report: MergeReport, isSample: Bool) {
        rowsStaged = report.staged
        rowsLive = report.live
        inserted = report.inserted
        updated = report.updated
        unchanged = report.unchanged
        deleted = report.deleted
        sourceFileID = report.fileID
        // Nothing staged and nothing live agree.
        parity = report.staged == 0 ? (report.live == 0 ? 1 : 0) : Double(report.live) / Double(report.staged)
        self.isSample = isSample
    }
}
