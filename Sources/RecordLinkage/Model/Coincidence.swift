/// The ways in which two different things agree in several columns at once.
///
/// Who shares a house, and perhaps its telephone, is not one person or company for that alone; branches of one chain share
/// name and trade, and perhaps a telephone, but not the place. As mixtures among the pairs that do not match, they bound what
/// each group of columns can say without the other.
struct Coincidence: Sendable {
    /// Pairs that share a place, as a share of all.
    let neighbours: Double
    /// Pairs of branches of one chain, as a share of all.
    let namesakes: Double
    /// How many neighbours share a telephone as well: that of the house.
    private static let sharedByNeighbours = 0.25
    /// How many branches share a telephone that several places have, and how many one that they alone have.
    private static let sharedByNamesakes = (common: 0.5, rare: 0.03)

    /// As many neighbours as matches: what the prior takes back.
    init(prior: Double, namesakes: Double) {
        neighbours = prior
        self.namesakes = namesakes
    }

    /// The Bayes factor of name, place and telephone together from those of each; `isCommon` says whether the telephone that
    /// both have is one that several places share.
    @inline(__always)
    func factor(name: Double, place: Double, contact: Double, isCommon: Bool) -> Double {
        let shared = isCommon ? Self.sharedByNamesakes.common : Self.sharedByNamesakes.rare
        return 1
            / (1 / (name * place * contact) + (1 / contact + Self.sharedByNeighbours) * neighbours / name
                + (1 / contact + shared) * namesakes / place)
    }
}
