/// The model of Fellegi and Sunter (1969): how likely each level of each column is among matches (m) and among other
/// pairs (u), and how many pairs match.
///
/// Columns are not taken as independent. Among pairs that do not match, a column may depend on one other (Chow and Liu
/// 1968), so that city and postal code, which agree together, are not counted twice. Among matches, the columns of a place
/// share a hidden state: somebody who has moved has a new street, city and postal code at once, which is one difference and
/// not three.
struct LinkageModel: Sendable {
    var m: [LevelTable]
    var u: [LevelTable]
    /// The share of matches among all pairs, compared or not.
    var prior: Double
    /// The share of matches whose place is another one.
    var moved = 0.1
    /// The most that a place counts for a match: what the prior takes back, since who shares a house is not one person for
    /// that alone.
    var mostPlace: Double
    /// The columns of a place.
    let isPlace: [Bool]

    init(kinds: [ColumnKind], m: [LevelTable], u: [LevelTable], prior: Double) {
        self.m = m
        self.u = u
        self.prior = prior
        mostPlace = 1 / prior
        isPlace = kinds.map(\.isPlace)
    }

    /// How likely a pair with this pattern is a match, and how likely it has moved if it is one.
    func posterior(_ pattern: RecordComparison.Pattern, without fixed: Set<Int> = []) -> (match: Double, moved: Double)
    {
        var odds = prior / (1 - prior)
        var place = 1.0
        for column in m.indices where RecordComparison.level(pattern, column) != 0 && !fixed.contains(column) {
            let factor = m[column].probability(pattern, column: column) / u[column].probability(pattern, column: column)
            if isPlace[column] { place *= factor } else { odds *= factor }
        }
        // Where somebody has moved to, the place agrees as it does by chance.
        let same = (1 - moved) * min(place, mostPlace)
        odds *= same + moved
        return (odds / (1 + odds), moved / (same + moved))
    }
}
