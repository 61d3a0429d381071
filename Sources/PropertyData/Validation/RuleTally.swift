/// Counts per rule how often it applied and failed, and keeps some violations.
final class RuleTally {
    /// How many violations are kept per rule.
    private static let sampleLimit = 20

    /// Behind a pointer, since it is counted up for every field of every row.
    private let checked: UnsafeMutablePointer<Int>
    private var failed: [Int]
    private var samples: [[ValidationSample]]

    init(count: Int) {
        checked = .allocate(capacity: count)
        checked.initialize(repeating: 0, count: count)
        failed = Array(repeating: 0, count: count)
        samples = Array(repeating: [], count: count)
    }

    deinit {
        checked.deallocate()
    }

    /// Counts a rule as applied.
    @inline(__always)
    func count(_ rule: Int) {
        checked[rule] &+= 1
    }

    /// Counts a rule as applied to so many rows.
    func count(_ rule: Int, _ rows: Int) {
        checked[rule] += rows
    }

    /// Counts a violation.
    func fail(_ rule: Int, _ sample: ValidationSample) {
        failed[rule] += 1
        if samples[rule].count < Self.sampleLimit { samples[rule].append(sample) }
    }

    /// Adds what a rule found at the end of the file.
    func add(_ finding: LateFinding, to rule: Int, field: String) {
        checked[rule] += finding.checked
        failed[rule] += finding.failed
        let first = finding.samples.sorted { $0.line < $1.line }.prefix(Self.sampleLimit - samples[rule].count)
        samples[rule] += first.map { ValidationSample(line: $0.line, field: field, value: $0.value) }
    }

    /// The result of a rule.
    func result(of rule: ValidationRule, at index: Int) -> RuleResult {
        RuleResult(rule: rule, checked: checked[index], failed: failed[index], samples: samples[index])
    }
}
