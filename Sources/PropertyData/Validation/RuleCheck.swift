/// What a rule finds on a row.
enum RuleOutcome {
    /// The rule does not concern the row.
    case notApplicable
    case passed
    case failed

    /// Passed or failed.
    init(_ passed: Bool) {
        self = passed ? .passed : .failed
    }
}

/// What a rule finds when the whole file has been read.
struct LateFinding {
    var checked = 0
    var failed = 0
    /// Some of the violations: line and value.
    var samples: [(line: Int, value: String)] = []
    /// Numbers worth knowing that came up on the way.
    var facts: [String: Int] = [:]
}

/// A rule with its evaluation.
///
/// One that looks at more than one row keeps what it needs in its closures' state.
struct RuleCheck {
    let rule: ValidationRule
    /// Looks at a row.
    let row: (RollRow) -> RuleOutcome
    /// Looks at the whole file, after its last row.
    let finish: (() -> LateFinding)?

    init(
        _ id: String,
        _ severity: ValidationRule.Severity,
        _ kind: ValidationRule.Kind,
        level: ValidationLevel = .strict,
        fields: [String],
        _ title: String,
        finish: (() -> LateFinding)? = nil,
        row: @escaping (RollRow) -> RuleOutcome
    ) {
        rule = ValidationRule(id: id, severity: severity, kind: kind, level: level, fields: fields, title: title)
        self.row = row
        self.finish = finish
    }
}

/// The rules that look at more than one field.
enum RowChecks {
    /// The rules of a layout; without an identity nothing is compared with the file's name.
    static func of(_ layout: FileLayout, identity: RollIdentity?) -> [RuleCheck] {
        let own =
            switch layout.dataset {
            case .sdf: SDFRules.checks(layout)
            case .nap: NAPRules.checks(layout)
            case .nal: NALRules.checks(layout)
            }
        return [FileRules.identity(layout, identity), FileRules.uniqueKey(layout)] + own
    }
}
