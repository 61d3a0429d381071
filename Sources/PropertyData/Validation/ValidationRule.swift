/// What a rule says, as data.
package struct ValidationRule: Sendable, Codable, Equatable {
    /// What a violation means.
    package enum Severity: String, Sendable, Codable {
        /// The row is not valid.
        case error
        /// The row is valid but deserves a look.
        case warning
    }

    /// What a rule looks at.
    package enum Kind: String, Sendable, Codable {
        /// A value must be there.
        case required
        /// A value must have its form: type, width, digits.
        case format
        /// A number must lie in a range.
        case range
        /// A code must be one of a list.
        case `enum`
        /// A value must occur once, or once per other value.
        case unique
        /// Fields of one row must agree.
        case crossField
        /// Rows must agree with each other or with the file's name.
        case reference
    }

    /// The rule's name, `SDF.QUAL_CD.enum` for example.
    package let id: String
    /// What a violation means.
    package let severity: Severity
    /// What the rule looks at.
    package let kind: Kind
    /// From which level on the rule is checked.
    package let level: ValidationLevel
    /// The fields concerned; a violation is reported at the first.
    package let fields: [String]
    /// What must hold, in words.
    package let title: String

    /// States a rule.
    package init(
        id: String,
        severity: Severity,
        kind: Kind,
        level: ValidationLevel,
        fields: [String],
        title: String
    ) {
        self.id = id
        self.severity = severity
        self.kind = kind
        self.level = level
        self.fields = fields
        self.title = title
    }

    /// All rules of a dataset, in the order of their evaluation.
    package static func all(for dataset: Dataset) -> [ValidationRule] {
        let layout = FileLayout.of(dataset)
        return FieldChecks(layout).rules + RowChecks.of(layout, identity: nil).map(\.rule)
    }
}
