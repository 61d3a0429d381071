/// Checks the rows of one file, one after the other, and counts.
///
/// Not Sendable: it belongs to one scan. Memory grows with the number of distinct keys only, by some 50 bytes each.
final class RollValidator {
    private let layout: FileLayout
    private let level: ValidationLevel
    private let fieldChecks: [FieldChecks.Check]
    private let words: [UInt64]
    private let rowChecks: [RuleCheck]
    private let rules: [ValidationRule]
    /// The index of the first of `rowChecks` in `rules`; the rule about the number of columns comes last.
    private let firstRowRule: Int
    private let tally: RuleTally
    /// How many rows had a value in each field, and how many rows were looked at field by field.
    ///
    /// All of a field's rules apply where it has a value, so that this says how often each did.
    private let filled: UnsafeMutablePointer<Int>
    private var examined = 0
    private var rows = 0
    private var invalid = 0
    private var warned = 0
    private var hasWarning = false
    /// The violations of error rules on the row checked last.
    private(set) var errors: [RowIssue] = []

    init(_ layout: FileLayout, level: ValidationLevel, identity: RollIdentity?, additional: RuleSet? = nil) {
        self.layout = layout
        self.level = level
        let fields = FieldChecks(layout)
        fieldChecks = fields.checks(upTo: level)
        words = fields.words
        rowChecks =
            RowChecks.of(layout, identity: identity).filter { $0.rule.level <= level }
            + (additional?.checks(layout) ?? [])
        let columns = ValidationRule(
            id: "\(layout.dataset).columns",
            severity: .error,
            kind: .format,
            level: .permissive,
            fields: [],
            title: "the row has as many columns as the header"
        )
        rules = fields.rules + rowChecks.map(\.rule) + [columns]
        firstRowRule = fields.rules.count
        tally = RuleTally(count: rules.count)
        filled = .allocate(capacity: layout.fields.count)
        filled.initialize(repeating: 0, count: layout.fields.count)
    }

    deinit {
        filled.deallocate()
    }

    /// Checks a row; whether it is valid.
    func check(_ row: RollRow) -> Bool {
        begin()
        examined += 1
        fieldChecks.withUnsafeBufferPointer { checks in
            words.withUnsafeBufferPointer { words in
                for index in checks.indices { check(checks[index], row, words) }
            }
        }
        for index in rowChecks.indices {
            switch rowChecks[index].row(row) {
            case .notApplicable: continue
            case .passed: tally.count(firstRowRule + index)
            case .failed:
                tally.count(firstRowRule + index)
                let name = rowChecks[index].rule.fields.first ?? ""
                fail(firstRowRule + index, row.line, name, layout.index(of: name).map { row[$0] })
            }
        }
        return end()
    }

    /// Counts a row that does not have the header's columns, of which nothing can be checked.
    func rejectRagged(line: Int, columns: Int) {
        begin()
        tally.count(rules.count - 1)
        fail(rules.count - 1, line, "columns", nil, text: String(columns))
        _ = end()
    }

    /// Asks the rules that need the whole file, and sums up.
    func finish(_ name: TaxRollFileName, unknownColumns: [String]) -> ValidationReport {
        for check in fieldChecks {
            if check.required >= 0 { tally.count(check.required, examined) }
            for rule in [check.width, check.type, check.domainRule, check.fixedWidth] where rule >= 0 {
                tally.count(rule, filled[check.field])
            }
        }
        var facts: [String: Int] = [:]
        for (index, check) in rowChecks.enumerated() {
            guard let finding = check.finish?() else { continue }
            facts.merge(finding.facts) { $1 }
            tally.add(finding, to: firstRowRule + index, field: check.rule.fields.first ?? "")
        }
        return ValidationReport(
            name: name,
            level: level,
            rows: rows,
            valid: rows - invalid,
            invalid: invalid,
            warned: warned,
            rules: rules.indices.filter { rules[$0].level <= level }.map { tally.result(of: rules[$0], at: $0) },
            facts: facts,
            unknownColumns: unknownColumns
        )
    }

    @inline(__always)
    private func check(_ check: FieldChecks.Check, _ row: RollRow, _ words: UnsafeBufferPointer<UInt64>) {
        let value = row[check.field]
        guard !value.isEmpty else {
            if check.required >= 0 { fail(check.required, row, check.field) }
            return
        }
        guard check.width >= 0 else { return }
        filled[check.field] &+= 1
        // A text has no more characters than bytes, so that most need no counting.
        if value.count > check.maximumWidth, Self.length(value) > check.maximumWidth {
            fail(check.width, row, check.field)
        }
        if check.type >= 0, !DecimalText.matches(value, check.kind) { fail(check.type, row, check.field) }
        if check.domainRule >= 0, !FieldChecks.contains(value, check.domain, words) {
            fail(check.domainRule, row, check.field)
        }
        if check.fixedWidth >= 0, Self.length(value) != check.maximumWidth { fail(check.fixedWidth, row, check.field) }
    }

    /// The number of characters: UTF-8 bytes that do not continue one.
    @inline(__always)
    private static func length(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for byte in text { count &+= byte & 0xc0 == 0x80 ? 0 : 1 }
        return count
    }

    private func begin() {
        rows += 1
        if !errors.isEmpty { errors.removeAll(keepingCapacity: true) }
        hasWarning = false
    }

    private func end() -> Bool {
        if !errors.isEmpty { invalid += 1 } else if hasWarning { warned += 1 }
        return errors.isEmpty
    }

    @inline(never)
    private func fail(_ rule: Int, _ row: RollRow, _ field: Int) {
        fail(rule, row.line, layout.fields[field].name, row[field])
    }

    private func fail(
        _ rule: Int,
        _ line: Int,
        _ field: String,
        _ value: UnsafeBufferPointer<UInt8>?,
        text: String = ""
    ) {
        let isError = rules[rule].severity == .error
        if !isError { hasWarning = true }
        let value = value.map { String(String(decoding: $0, as: UTF8.self).prefix(80)) } ?? text
        if isError { errors.append(RowIssue(line: line, rule: rules[rule].id, field: field, value: value)) }
        tally.fail(rule, ValidationSample(line: line, field: field, value: value))
    }
}
