import Foundation

/// The model of Fellegi and Sunter (1969): how likely each level of each column is among matches (m) and among other
/// pairs (u), and how many pairs match.
///
/// Columns are not taken as independent: within each class, a column may depend on one other (Chow and Liu 1968), so that
/// city and postal code, which agree together, are not counted twice.
struct LinkageModel: Sendable {
    var m: [LevelTable]
    var u: [LevelTable]
    /// The share of matches among all pairs, compared or not.
    var prior: Double

    /// The natural logarithm of the odds that a pair with this pattern is a match.
    func logOdds(_ pattern: RecordComparison.Pattern) -> Double {
        var odds = log(prior / (1 - prior))
        for column in m.indices where RecordComparison.level(pattern, column) != 0 {
            odds += log(m[column].probability(pattern, column: column))
            odds -= log(u[column].probability(pattern, column: column))
        }
        return odds
    }

    /// The probability that a pair with this pattern is a match.
    func probability(_ pattern: RecordComparison.Pattern) -> Double { 1 / (1 + exp(-logOdds(pattern))) }
}
