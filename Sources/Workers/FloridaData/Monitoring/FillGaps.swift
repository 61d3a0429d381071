import JobQueue
import Logging
import PropertyData

/// `florida_data.fill_gaps`: loads the rolls that fell due and are not there, one after the other: download, staging
/// and merge.
///
/// A roll that cannot be had stays a gap and is named with the reason; the others are filled all the same. Running it
/// again goes on with what is missing then.
struct FillGaps: Action {
    static let name = "fill_gaps"
    static let summary =
        "Finds the tax rolls that fell due in a range of dates and are not loaded, and downloads, validates and loads them."
    let environment: WorkerEnvironment

    struct DateRange: Decodable, Sendable {
        /// The first day, as 2025-07-01.
        var from: String
        /// The last day.
        var to: String
    }

    struct Parameters: Decodable, Sendable {
        /// Between which days the rolls fell due.
        var dateRange: DateRange
        /// The counties, see `CountyCode`; all by default.
        var counties: [CountyCode]?
        /// The datasets; all by default.
        var datasets: [String]?
        /// Where from, see `RollSource`; the deployment's source by default.
        var source: String?
        /// The most rolls that one run loads.
        var maximumFiles: Int?
        /// How far rows are checked; standard by default.
        var validationLevel: String?

        private enum CodingKeys: String, CodingKey {
            case counties, datasets, source
            case dateRange = "date_range"
            case maximumFiles = "maximum_files"
            case validationLevel = "validation_level"
        }
    }

    struct Filled: Encodable, Sendable {
        let roll: RollName
        let file: String
        let rows: Int
        let invalidRows: Int

        private enum CodingKeys: String, CodingKey {
            case roll, file, rows
            case invalidRows = "invalid_rows"
        }
    }

    struct Failed: Encodable, Sendable {
        let roll: RollName
        let code: String
        let message: String
    }

    struct Result: Encodable, Sendable {
        var rollsExpected: Int
        var gapsFound: Int
        var gapsFilled: Int
        var gapsRemaining: Int
        var filled: [Filled] = []
        var failed: [Failed] = []
        /// Gaps that this run did not try, the first two hundred of them.
        var untried: [RollName]
        var isSample: Bool

        private enum CodingKeys: String, CodingKey {
            case filled, failed, untried
            case rollsExpected = "rolls_expected"
            case gapsFound = "gaps_found"
            case gapsFilled = "gaps_filled"
            case gapsRemaining = "gaps_remaining"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        guard let first = try CalendarDate(parameter: parameters.dateRange.from, field: "date_range.from"),
            let last = try CalendarDate(parameter: parameters.dateRange.to, field: "date_range.to"), first <= last
        else { throw JobFailure("invalid_date", "the range ends before it begins", field: "date_range") }
        let limit = parameters.maximumFiles ?? 12
        guard (1...500).contains(limit) else {
            throw JobFailure("invalid_parameters", "from 1 to 500 files", field: "maximum_files")
        }
        let scope = try RollScope(counties: parameters.counties, datasets: parameters.datasets)
        let level = try ValidationLevel(named: parameters.validationLevel, field: "validation_level")
        let wanted = parameters.source ?? ""
        let source = try RollSource(parsing: wanted.isEmpty ? environment.floridaSource : wanted)
        let client = try environment.database()
        return try await JobFailure.naming {
            let today = CalendarDate(of: environment.now())
            let expected = scope.expected(from: first, through: min(last, today))
            let gaps = try await LoadedRolls(client: client).gaps(expected, scope, isSample: source.isSample)
            var result = Result(
                rollsExpected: expected.count,
                gapsFound: gaps.count,
                gapsFilled: 0,
                gapsRemaining: gaps.count,
                untried: gaps.dropFirst(limit).prefix(MonitorResult.listLimit).map(RollName.init),
                isSample: source.isSample
            )
            let total = min(limit, gaps.count)
            context.report(done: 0, total: total, unit: "files")
            for (index, gap) in gaps.prefix(limit).enumerated() {
                try Task.checkCancellation()
                do {
                    result.filled.append(try await fill(gap, source, level, context))
                } catch let failure as JobFailure where failure.code != "database_unavailable" {
                    result.failed.append(Failed(roll: RollName(gap), code: failure.code, message: failure.message))
                }
                context.report(done: index + 1, total: total, unit: "files")
            }
            result.gapsFilled = result.filled.count
            result.gapsRemaining = gaps.count - result.filled.count
            return .measured(result, parts: Self.parts(result))
        }
    }

    private func fill(
        _ gap: RollIdentity,
        _ source: RollSource,
        _ level: ValidationLevel,
        _ context: JobContext
    ) async throws -> Filled {
        try await JobFailure.naming {
            let obtained = try await RollFetcher(environment, context).obtain(gap, from: source)
            let evidence = RollFileEvidence(obtained, source: source)
            let key = "\(context.idempotencyKey)/\(gap)"
            let staging = RollStaging(environment: environment, context: context)
            let report = try await staging.stage(evidence, runKey: key, level: level)
            let client = try environment.database()
            let merge: MergeReport
            do {
                let run = try await staging.find(StagingEvidence(report, evidence))
                let share = try await run.replacesSample(client) ? 1 : 0.2
                merge = try await PropertyDatabase(client: client).merge(runKey: key, maximumDeletedShare: share)
            } catch {
                // What stays staged would be merged by the next `sync_live`. A cancelled job's task runs no statement.
                do {
                    try await Task { try await PropertyDatabase(client: client).discardStaged(runKey: key) }.value
                } catch let discarding {
                    context.logger.error(
                        "staged rows were not discarded",
                        metadata: ["roll": "\(gap)", "error": "\(discarding)"]
                    )
                }
                throw error
            }
            context.logger.info("gap filled", metadata: ["roll": "\(gap)", "rows": "\(merge.live)"])
            return Filled(
                roll: RollName(gap),
                file: evidence.name,
                rows: merge.live,
                invalidRows: report.validation.invalid
            )
        }
    }

    /// What the confidence rests on.
    private static func parts(_ result: Result) -> [ConfidencePart] {
        let share = result.gapsFound == 0 ? 1 : Double(result.gapsFilled) / Double(result.gapsFound)
        let rows = result.filled.reduce(0) { $0 + $1.rows + $1.invalidRows }
        let invalid = result.filled.reduce(0) { $0 + $1.invalidRows }
        return [
            ConfidencePart(
                "gaps_filled",
                share,
                basis: "\(result.gapsFilled) of \(result.gapsFound) gaps in \(result.rollsExpected) expected rolls"
            ),
            ConfidencePart(
                "valid_rows",
                rows == 0 ? 1 : 1 - Double(invalid) / Double(rows),
                basis: "\(rows - invalid) of \(rows) rows have no error"
            ),
        ]
    }
}
