/// A rule that a deployment adds to the built-in ones, as data.
package struct StoredRule: Sendable, Codable, Equatable {
    /// How two fields' numbers must stand to each other.
    package enum Comparison: String, Sendable, Codable, CaseIterable {
        case equal, notEqual = "not_equal", less, lessOrEqual = "less_or_equal", greater
        case greaterOrEqual = "greater_or_equal"

        func holds(_ left: Int, _ right: Int) -> Bool {
            switch self {
            case .equal: left == right
            case .notEqual: left != right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            case .greaterOrEqual: left >= right
            }
        }
    }

    /// The rule's name within its set.
    package var id: String
    /// What the rule looks at: `required`, `format`, `range`, `enum`, `unique` or `crossField`.
    package var kind: ValidationRule.Kind
    /// The field.
    package var field: String
    /// What a violation means; an error where it is not said.
    package var severity: ValidationRule.Severity?
    /// What must hold, in words.
    package var title: String?
    /// The least number of a range.
    package var minimum: Int?
    /// The greatest number of a range.
    package var maximum: Int?
    /// The values of an enumeration.
    package var values: [String]?
    /// The form of a text: `9` a digit, `A` a capital, `X` either, `?` anything, other characters themselves.
    package var shape: String?
    /// The other field of a comparison.
    package var otherField: String?
    /// How the first stands to it.
    package var comparison: Comparison?

    private enum CodingKeys: String, CodingKey {
        case id, kind, field, severity, title, minimum, maximum, values, shape
        case otherField = "other_field"
        case comparison = "operator"
    }

    /// What is wrong with the rule itself, by its member; nil for a good one.
    package func defect(in layout: FileLayout) -> (member: String, message: String)? {
        guard id.wholeMatch(of: #/[A-Za-z0-9_.\-]{1,80}/#) != nil else {
            return ("id", "must be 1 to 80 letters, digits and _ . -")
        }
        guard layout.index(of: field) != nil else { return ("field", "the \(layout.dataset) has no such field") }
        switch kind {
        case .required, .unique: return nil
        case .range:
            guard minimum != nil || maximum != nil else { return ("minimum", "a range needs minimum or maximum") }
            return (minimum ?? .min) <= (maximum ?? .max) ? nil : ("maximum", "is less than the minimum")
        case .enum: return values?.isEmpty == false ? nil : ("values", "an enumeration needs values")
        case .format: return shape?.isEmpty == false ? nil : ("shape", "a form needs a shape such as 99-AAA")
        case .crossField:
            guard let otherField, layout.index(of: otherField) != nil else {
                return ("other_field", "a comparison needs another field of the \(layout.dataset)")
            }
            return comparison == nil ? ("operator", "a comparison needs an operator") : nil
        case .reference: return ("kind", "rules about other rows than a field's are built in only")
        }
    }

    /// The rule with its evaluation; nil for one that has a defect.
    func check(_ layout: FileLayout, set: String) -> RuleCheck? {
        guard defect(in: layout) == nil, let index = layout.index(of: field) else { return nil }
        let other = otherField.flatMap(layout.index(of:))
        let name = layout.fields[index].name
        let fields = [name] + (other.map { [layout.fields[$0].name] } ?? [])
        let title = title ?? "the stored rule \(id) holds"
        return RuleCheck(
            "\(set).\(id)",
            severity ?? .error,
            kind,
            level: .permissive,
            fields: fields,
            title,
            row: evaluation(index, other)
        )
    }

    private func evaluation(_ field: Int, _ other: Int?) -> (RollRow) -> RuleOutcome {
        switch kind {
        case .required: return { RuleOutcome(!$0.isBlank(field)) }
        case .range:
            let range = (minimum ?? .min)...(maximum ?? .max)
            return { row in
                guard !row.isBlank(field) else { return .notApplicable }
                return RuleOutcome(DecimalText.signed(row[field]).map(range.contains) ?? false)
            }
        case .enum:
            let known = Set(values ?? [])
            return { row in row.isBlank(field) ? .notApplicable : RuleOutcome(known.contains(row.text(field))) }
        case .format:
            let shape = Array((shape ?? "").utf8)
            return { row in row.isBlank(field) ? .notApplicable : RuleOutcome(Self.matches(row[field], shape)) }
        case .unique:
            let seen = FileRules.Box(Set<UInt64>())
            return { row in
                row.isBlank(field) ? .notApplicable : RuleOutcome(seen.value.insert(row.hash(of: field)).inserted)
            }
        case .crossField:
            let comparison = comparison ?? .equal
            return { row in
                guard let other, !row.isBlank(field), !row.isBlank(other) else { return .notApplicable }
                guard let left = DecimalText.signed(row[field]), let right = DecimalText.signed(row[other]) else {
                    return .failed
                }
                return RuleOutcome(comparison.holds(left, right))
            }
        case .reference: return { _ in .notApplicable }
        }
    }

    /// Whether a text has a shape; one look at each byte.
    static func matches(_ text: UnsafeBufferPointer<UInt8>, _ shape: [UInt8]) -> Bool {
        guard text.count == shape.count else { return false }
        for (byte, form) in zip(text, shape) {
            let fits =
                switch form {
                case UInt8(ascii: "9"): byte.isDigit
                case UInt8(ascii: "A"): byte.isUppercaseLetter
                case UInt8(ascii: "X"): byte.isDigit || byte.isUppercaseLetter
                case UInt8(ascii: "?"): true
                default: byte == form
                }
            if !fits { return false }
        }
        return true
    }
}

/// Rules of one dataset under a name.
package struct RuleSet: Sendable, Codable, Equatable {
    /// The set's name.
    package var name: String
    /// The dataset whose rows they check.
    package var dataset: Dataset
    /// The rules, each with an id of its own.
    package var rules: [StoredRule]

    /// Combines the parts.
    package init(name: String, dataset: Dataset, rules: [StoredRule]) {
        self.name = name
        self.dataset = dataset
        self.rules = rules
    }

    /// The first thing that is wrong with the set, with its path; nil for a good one.
    package var defect: (path: String, message: String)? {
        guard name.wholeMatch(of: #/[a-z][a-z0-9_.\-]{0,79}/#) != nil else {
            return ("name", "must be 1 to 80 small letters, digits and _ . -, a letter first")
        }
        guard !rules.isEmpty else { return ("rules", "there is no rule") }
        let layout = FileLayout.of(dataset)
        var ids: Set<String> = []
        for (index, rule) in rules.enumerated() {
            if let defect = rule.defect(in: layout) { return ("rules[\(index)].\(defect.member)", defect.message) }
            guard ids.insert(rule.id).inserted else { return ("rules[\(index)].id", "is there twice") }
        }
        return nil
    }

    /// The rules with their evaluation.
    func checks(_ layout: FileLayout) -> [RuleCheck] {
        layout.dataset == dataset ? rules.compactMap { $0.check(layout, set: name) } : []
    }
}
