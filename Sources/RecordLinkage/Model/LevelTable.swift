import Foundation

/// The probability of each level of a column, given the level of another column or none: 16 × 16 numbers.
struct LevelTable: Sendable {
    /// The column on which it depends; nil for none.
    var parent: Int?
    /// Row 0 holds the probabilities without condition, row `p` those given level `p` of the parent.
    private(set) var values: [Double]

    /// A table that depends on no column.
    init(_ probabilities: [Double]) {
        values = [Double](repeating: 0, count: 256)
        values.replaceSubrange(0..<16, with: probabilities)
    }

    /// The probability of a level of this column within a pattern; 1 where the value is missing.
    @inline(__always)
    func probability(_ pattern: RecordComparison.Pattern, column: Int) -> Double {
        let level = RecordComparison.level(pattern, column)
        if level == 0 { return 1 }
        let row = parent.map { RecordComparison.level(pattern, $0) } ?? 0
        return values[row * 16 + level]
    }

    /// The probabilities without condition.
    var marginal: ArraySlice<Double> { values[0..<16] }

    /// Sets the probabilities given a level of the parent.
    mutating func setRow(_ row: Int, _ probabilities: [Double]) {
        values.replaceSubrange((row * 16)..<(row * 16 + 16), with: probabilities)
    }
}
