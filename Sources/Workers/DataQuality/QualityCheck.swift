import JobQueue
import PropertyData

/// What a check of rows found.
struct QualityCheck: Sendable {
    /// The counts of all rules and rows.
    let report: ValidationReport
    /// Fields that the rows were not asked about, because they are not kept with them.
    var absentFields: Set<String> = []
    /// The key of the staged rows; nil for rows of the parameters.
    var staging: String?
    /// The stored rule set that was checked too.
    var ruleSet: String?
    /// Its version.
    var ruleVersion: Int?
    /// Whether the rows are synthetic, where that is known.
    var isSample: Bool?
    /// Whether no rows are what the caller said may be.
    var allowsEmpty = false
    /// Turns a line of the checked table into the number of the row; nil where rows have no order to count in.
    var rowNumber: (@Sendable (Int) -> Int)?

    /// The rules that were checked.
    var rules: [RuleResult] { report.rules.filter { !isSkipped($0.rule) } }

    /// The names of those that could not be.
    var skipped: [String] { report.rules.map(\.rule).filter(isSkipped).map(\.id) }

    private func isSkipped(_ rule: ValidationRule) -> Bool { !absentFields.isDisjoint(with: rule.fields) }

    /// The share of rows that passed, a row with warnings only counting as nine tenths of one without.
    ///
    /// By rows and not by single checks: a row has dozens of checks, so that one broken field on every row would hardly
    /// show among them.
    var weightedPassRate: Double {
        guard report.rows > 0 else { return 0 }
        return max(0, Double(report.rows - report.invalid) - 0.1 * Double(report.warned)) / Double(report.rows)
    }

    /// What the confidence rests on.
    var parts: [ConfidencePart] {
        guard report.rows > 0 || !allowsEmpty else {
            return [ConfidencePart("rows_without_error", 1, basis: "there were no rows, and so none with an error")]
        }
        let valid = Double(report.valid) / Double(max(1, report.rows))
        let unwarned = report.valid == 0 ? 1 : 1 - 0.1 * Double(report.warned) / Double(report.valid)
        return [
            ConfidencePart("rows_without_error", valid, basis: "\(report.valid) of \(report.rows) rows have no error"),
            ConfidencePart(
                "rows_without_warning",
                unwarned,
                basis: "\(report.warned) of \(report.valid) valid rows have a warning, which weighs a tenth of an error"
            ),
        ]
    }
}
