/// How often each pattern of levels occurs among pairs, by the blocking rules that have the pair.
struct PatternCounts: Sendable {
    struct Key: Hashable, Sendable {
        var pattern: RecordComparison.Pattern
        var rules: UInt32

        func hash(into hasher: inout Hasher) {
            hasher.combine(ByteHash.mix(pattern ^ UInt64(rules) << 32))
        }
    }

    private(set) var counts: [Key: Int] = [:]

    /// Counts a pair.
    mutating func add(_ pattern: RecordComparison.Pattern, rules: UInt32) {
        counts[Key(pattern: pattern, rules: rules), default: 0] += 1
    }

    /// Adds the counts of other pairs.
    mutating func merge(_ other: PatternCounts) {
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    /// How many pairs were counted.
    var total: Int { counts.values.reduce(0, +) }
}
