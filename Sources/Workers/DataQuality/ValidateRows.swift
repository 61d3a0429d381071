import JobQueue
import PropertyData

/// `data_quality.validate`: checks rows, staged in PostgreSQL or given in the parameters, against their dataset's rules.
///
/// What is checked is what will be loaded: staged rows are read back from the database. The results are kept in tables
/// `quality_runs` and `quality_results` under the job's idempotency key.
struct ValidateRows: Action {
    static let name = "validate"
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// Staged rows, as `florida_data.process` returns them.
        var staging: StagingEvidence?
        /// Rows in place of staged ones, each an object of field names and values.
        var data: [[String: JSONValue]]?
        /// The dataset of the rows in `data`.
        var dataset: String?
        /// `permissive`, `standard` or `strict`; standard by default.
        var level: String?
        /// Fields that the rows in `data` cannot have, because nobody keeps them: rules about them are skipped.
        var fieldsNotKept: [String]?
        /// Whether `data` may have no rows; false by default.
        var allowEmpty: Bool?
        /// A stored rule set that is checked as well.
        var rules: RuleSetName?

        private enum CodingKeys: String, CodingKey {
            case staging, data, dataset, level, rules
            case fieldsNotKept = "fields_not_kept"
            case allowEmpty = "allow_empty"
        }
    }

    struct Result: Encodable, Sendable {
        /// The key of the results in `quality_runs`; nil where no database is configured.
        var runID: String?
        /// The dataset whose rules were checked.
        var dataset: Dataset
        /// How far.
        var level: ValidationLevel
        /// Rows checked.
        var rowsChecked: Int
        /// Rows without an error.
        var rowsValid: Int
        /// Rows with one.
        var rowsInvalid: Int
        /// Valid rows with a warning.
        var rowsWarned: Int
        /// The share of rows that passed, a warning counting as a tenth of an error.
        var weightedPassRate: Double
        /// Rules that applied to some row.
        var rulesChecked: Int
        /// How many rules failed on some row.
        var rulesFailed: Int
        /// The worst of them.
        var issues: [RuleIssue]
        /// Rules about fields that staged rows do not have.
        var rulesSkipped: [String]
        /// Fields that the dataset does not have.
        var unknownFields: [String]
        /// The stored rule set that was checked; nil for none.
        var ruleSet: String?
        /// Its version.
        var ruleVersion: Int?
        /// Whether the rows are synthetic; nil for rows of the parameters, of which nobody knows.
        var isSample: Bool?

        private enum CodingKeys: String, CodingKey {
            case dataset, level, issues
            case runID = "run_id"
            case rowsChecked = "rows_checked"
            case rowsValid = "rows_valid"
            case rowsInvalid = "rows_invalid"
            case rowsWarned = "rows_warned"
            case weightedPassRate = "weighted_pass_rate"
            case rulesFailed = "rules_failed"
            case rulesChecked = "rules_checked"
            case rulesSkipped = "rules_skipped"
            case unknownFields = "unknown_fields"
            case ruleSet = "rule_set"
            case ruleVersion = "rule_version"
            case isSample = "is_sample"
        }
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let level = try ValidationLevel(named: parameters.level, field: "level")
        return try await JobFailure.naming {
            let check = try await check(parameters, level, context)
            if let client = environment.postgres {
                try await QualityStore(client: client).record(check, runKey: context.idempotencyKey)
            }
            let runID = environment.postgres == nil ? nil : context.idempotencyKey
            return .measured(Result(check, runID: runID), parts: check.parts)
        }
    }

    private func check(
        _ parameters: Parameters,
        _ level: ValidationLevel,
        _ context: JobContext
    ) async throws -> QualityCheck {
        let progress: ProgressReport = { context.report(done: $0, total: $1, unit: $2) }
        let folder = ScratchFolder(workFolder: environment.workFolder)
        var stored: (set: RuleSet, version: Int)?
        if let name = parameters.rules {
            stored = try await RuleSetStore(client: environment.database()).load(name.name, version: name.version)
        }
        let rules = stored?.set
        var check: QualityCheck
        switch (parameters.staging, parameters.data) {
        case (let staging?, nil):
            let client = try environment.database()
            let run = try await RollStaging(environment: environment, context: context).find(staging)
            try Self.match(rules, run.dataset)
            check = try await folder.withFolder {
                try await StagedTable(run: run, client: client).check(level, rules: rules, in: $0, progress)
            }
        case (nil, let data?):
            guard let dataset = parameters.dataset.flatMap({ Dataset(parsing: $0) }) else {
                throw JobFailure("unknown_dataset", "name the rows' dataset: NAL, SDF or NAP", field: "dataset")
            }
            try Self.match(rules, dataset.rawValue)
            check = try await folder.withFolder {
                try await InlineTable(
                    dataset: dataset,
                    rows: data,
                    absentFields: Set(parameters.fieldsNotKept ?? []),
                    allowsEmpty: parameters.allowEmpty ?? false
                )
                .check(level, rules: rules, in: $0, progress)
            }
        default:
            throw JobFailure("invalid_parameters", "give either staging or data", field: "staging")
        }
        check.ruleSet = rules?.name
        check.ruleVersion = stored?.version
        return check
    }

    /// Rules of another dataset would all pass unchecked.
    private static func match(_ rules: RuleSet?, _ dataset: String) throws(JobFailure) {
        guard let rules, rules.dataset.rawValue != dataset else { return }
        throw JobFailure("wrong_rules", "the rule set is one for the \(rules.dataset)", field: "rules")
    }
}

extension ValidateRows.Result {
    init(_ check: QualityCheck, runID: String?) {
        let report = check.report
        self.runID = runID
        dataset = report.name.identity.dataset
        level = report.level
        rowsChecked = report.rows
        rowsValid = report.valid
        rowsInvalid = report.invalid
        rowsWarned = report.warned
        weightedPassRate = check.weightedPassRate
        rulesChecked = check.rules.count { $0.checked > 0 }
        rulesFailed = check.rules.count { $0.failed > 0 }
        issues = RuleIssue.worst(of: check.rules, line: check.rowNumber)
        rulesSkipped = check.skipped
        unknownFields = report.unknownColumns
        ruleSet = check.ruleSet
        ruleVersion = check.ruleVersion
        isSample = check.isSample
    }
}
