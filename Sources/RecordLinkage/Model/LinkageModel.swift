/// The model of Fellegi and Sunter (1969): how likely each level of each column is among matches (m) and among other
/// pairs (u), and how many pairs match.
///
/// Columns are not taken as independent. Among pairs that do not match, a column may depend on one other (Chow and Liu
/// 1968), so that city and postal code, which agree together, are not counted twice. Among matches, the columns of a place
/// share a hidden state: somebody who has moved has a new street, city and postal code at once, which is one difference and
/// not three. And neither where something is nor what an organisation is called is enough by itself: tenants of one house
/// share place and telephone, branches of one chain share name and trade, and no column tells them from copies.
struct LinkageModel: Sendable {
    var m: [LevelTable]
    var u: [LevelTable]
    /// The share of matches among all pairs, compared or not.
    var prior: Double
    /// The share of matches whose place is another one.
    var moved = 0.1
    /// How two records can agree without being one.
    var coincidence: Coincidence
    /// What each column is evidence of.
    let aspects: [ColumnAspect]

    init(kinds: [ColumnKind], m: [LevelTable], u: [LevelTable], prior: Double) {
        self.m = m
        self.u = u
        self.prior = prior
        coincidence = Coincidence(prior: prior, namesakes: 0)
        aspects = ColumnAspect.all(for: kinds)
    }

    /// How likely a pair with this pattern is a match, and how likely it has moved if it is one.
    func posterior(_ pattern: RecordComparison.Pattern, without fixed: Set<Int> = []) -> (match: Double, moved: Double)
    {
        var odds = prior / (1 - prior)
        var place = 1.0
        var contact = 1.0
        var name = 1.0
        var isCommon = false
        for column in m.indices where RecordComparison.level(pattern, column) != 0 && !fixed.contains(column) {
            let factor = m[column].probability(pattern, column: column) / u[column].probability(pattern, column: column)
            switch aspects[column] {
            case .place: place *= factor
            case .contact:
                contact *= factor
                isCommon = isCommon || RecordComparison.level(pattern, column) == ColumnKind.phone.commonLevel
            case .name: name *= factor
            case .identity: odds *= factor
            }
        }
        // Where somebody has moved to, the place agrees as it does by chance.
        let same = (1 - moved) * place
        odds *= coincidence.factor(name: name, place: same + moved, contact: contact, isCommon: isCommon)
        return (odds / (1 + odds), moved / (same + moved))
    }
}
