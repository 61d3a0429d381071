import JobQueue
import Logging
import PropertyData

/// `florida_data.process`: validates a roll's file row by row and stages the valid rows in PostgreSQL.
///
/// Rows that are not valid are kept with line, field, rule and value in table `rejected_rows`. Everything is one
/// transaction under the job's idempotency key: running it again replaces what it had staged, and nothing remains of a
/// run that fails or is cancelled. Memory stays constant but for some 50 bytes a row, by which doubled keys are found.
struct ProcessRoll: Action {
    static let name = "process"
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// The file, as `download` returns it.
        var file: RollFileEvidence
        /// `permissive`, `standard` or `strict`; standard by default.
        var validationLevel: String?

        private enum CodingKeys: String, CodingKey {
            case file
            case validationLevel = "validation_level"
        }
    }

    struct Result: Encodable, Sendable {
        /// The staged rows, for the steps that come next.
        var staging: StagingEvidence
        /// Rows of the file, the header not counted.
        var rowsRead: Int
        /// Rows without an error: those staged.
        var rowsValid: Int
        /// Rows with one.
        var rowsInvalid: Int
        /// Valid rows that deserve a look.
        var rowsWarned: Int
        /// Violations in table `rejected_rows` under the staging's id.
        var rejectedViolations: Int
        /// How far the rows were checked.
        var level: ValidationLevel
        /// How many rules failed on some row.
        var rulesFailed: Int
        /// The worst of them.
        var issues: [RuleIssue]
        /// Numbers of the whole file, such as its distinct parcels.
        var facts: [String: Int]
        /// Columns that the layout does not know.
        var unknownColumns: [String]
        /// Whether the file is synthetic.
        var isSample: Bool

        private enum CodingKeys: String, CodingKey {
            case staging, level, issues, facts
            case rowsRead = "rows_read"
            case rowsValid = "rows_valid"
            case rowsInvalid = "rows_invalid"
            case rowsWarned = "rows_warned"
            case rulesFailed = "rules_failed"
            case rejectedViolations = "rejected_violations"
            case unknownColumns = "unknown_columns"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let level = try ValidationLevel(named: parameters.validationLevel, field: "validation_level")
        let evidence = parameters.file
        return try await JobFailure.naming {
            let report = try await RollStaging(environment: environment, context: context)
                .stage(evidence, runKey: context.idempotencyKey, level: level)
            context.logger.info(
                "roll staged",
                metadata: [
                    "roll": "\(report.inspection.name)", "rows.valid": "\(report.staged)",
                    "rows.invalid": "\(report.validation.invalid)",
                ]
            )
            return .measured(Result(report, evidence), parts: Self.parts(report))
        }
    }

    /// What the confidence rests on: how much of the file is good enough to load.
    private static func parts(_ report: StagingReport) -> [ConfidencePart] {
        let validation = report.validation
        let share = validation.validShare ?? 0
        var parts = [
            ConfidencePart("valid_rows", share, basis: "\(validation.valid) of \(validation.rows) rows have no error")
        ]
        let staged = validation.valid == 0 ? 1 : Double(report.staged) / Double(validation.valid)
        parts.append(
            ConfidencePart(
                "rows_staged",
                min(1, staged),
                basis: "\(report.staged) of \(validation.valid) valid rows staged"
            )
        )
        if report.nulledValues > 0, report.staged > 0 {
            let kept = max(0, 1 - Double(report.nulledValues) / Double(report.staged))
            let basis = "\(report.nulledValues) values in \(report.staged) rows fitted no column and became null"
            parts.append(ConfidencePart("values_kept", kept, basis: basis))
        }
        return parts
    }
}

extension ProcessRoll.Result {
    init(_ report: StagingReport, _ evidence: RollFileEvidence) {
        let validation = report.validation
        staging = StagingEvidence(report, evidence)
        rowsRead = validation.rows
        rowsValid = validation.valid
        rowsInvalid = validation.invalid
        rowsWarned = validation.warned
        rejectedViolations = report.rejectedViolations
        level = validation.level
        rulesFailed = validation.rules.count { $0.failed > 0 }
        issues = RuleIssue.worst(of: validation.rules)
        facts = validation.facts
        unknownColumns = validation.unknownColumns
        isSample = evidence.isSample
    }
}
