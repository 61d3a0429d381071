import PropertyData

/// A rule and how often it failed, without any value of a row: values may name persons, and stay in the database.
struct RuleIssue: Encodable, Sendable {
    /// One violation.
    struct Sample: Encodable, Sendable {
        /// The line in the file, or the number of the row, as the result says.
        let line: Int
        /// The field.
        let field: String
    }

    /// The rule's id, `SDF.QUAL_CD.enum` for example.
    let rule: String
    /// What must hold, in words.
    let title: String
    /// What a violation means.
    let severity: ValidationRule.Severity
    /// What the rule looks at.
    let kind: ValidationRule.Kind
    /// The fields concerned.
    let fields: [String]
    /// On how many rows the rule applied.
    let checked: Int
    /// On how many of them it failed.
    let failed: Int
    /// Some of the violations.
    let samples: [Sample]

    /// `line` turns the line of the table that was checked into the number to tell; nil leaves the samples out.
    init(_ result: RuleResult, line: ((Int) -> Int)? = { $0 }) {
        rule = result.rule.id
        title = result.rule.title
        severity = result.rule.severity
        kind = result.rule.kind
        fields = result.rule.fields
        checked = result.checked
        failed = result.failed
        samples =
            line.map { line in result.samples.prefix(5).map { Sample(line: line($0.line), field: $0.field) } } ?? []
    }

    /// The failed rules, errors before warnings and the most frequent first; all but fifty are left to the database.
    static func worst(of results: [RuleResult], line: ((Int) -> Int)? = { $0 }) -> [RuleIssue] {
        let rank = { (result: RuleResult) in (result.rule.severity == .error ? 0 : 1, -result.failed, result.rule.id) }
        return results.filter { $0.failed > 0 }.sorted { rank($0) < rank($1) }.prefix(50).map {
            RuleIssue($0, line: line)
        }
    }
}
