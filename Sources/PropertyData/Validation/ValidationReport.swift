/// A violation, as evidence.
package struct ValidationSample: Sendable, Codable, Equatable {
    /// The line in the file.
    package let line: Int
    /// The field.
    package let field: String
    /// The value, cut to 80 characters.
    package let value: String
}

/// How often a rule was checked and failed.
package struct RuleResult: Sendable, Codable, Equatable {
    /// The rule.
    package let rule: ValidationRule
    /// On how many rows the rule applied.
    package let checked: Int
    /// On how many of them it failed.
    package let failed: Int
    /// Some of the violations.
    package let samples: [ValidationSample]
}

/// What the validation of a file found.
package struct ValidationReport: Sendable, Codable, Equatable {
    /// The file.
    package let name: TaxRollFileName
    /// The level.
    package let level: ValidationLevel
    /// Rows read, the header not counted.
    package let rows: Int
    /// Rows without a violation of an error rule.
    package let valid: Int
    /// Rows with one.
    package let invalid: Int
    /// Rows with violations of warning rules only.
    package let warned: Int
    /// The rules of the level, those that never applied included.
    package let rules: [RuleResult]
    /// Numbers of the whole file: `keys`, `parcels`, `deeds`….
    package let facts: [String: Int]
    /// Columns that the layout does not know.
    package let unknownColumns: [String]

    /// The share of valid rows, nil without rows.
    package var validShare: Double? {
        rows == 0 ? nil : Double(valid) / Double(rows)
    }

    /// The share of checks that passed, errors weighing ten times a warning; nil when nothing was checked.
    package var passRate: Double? {
        var checked = 0
        var failed = 0
        for result in rules {
            let weight = result.rule.severity == .error ? 10 : 1
            checked += weight * result.checked
            failed += weight * result.failed
        }
        return checked == 0 ? nil : 1 - Double(failed) / Double(checked)
    }

    /// The result of a rule by its id.
    package func result(_ id: String) -> RuleResult? {
        rules.first { $0.rule.id == id }
    }
}
