/// What a linkage did, in numbers.
package struct LinkageReport: Sendable, Hashable, Codable {
    /// Records of the left table.
    package var leftRecords = 0
    /// Records of the right table; 0 when one table was compared with itself.
    package var rightRecords = 0
    /// Pairs that were compared.
    package var comparedPairs = 0
    /// Whether those are all pairs there are.
    package var isExhaustive = false
    /// Blocks that were split by a further key because they were too large.
    package var blocksSplit = 0
    /// Blocks that no further key could split, so that some of their pairs were left out.
    package var blocksSampled = 0
    /// Pairs left out of such blocks; other rules may have compared them all the same.
    package var pairsLeftOut = 0
    /// Pairs whose probability is at least the lowest reported.
    package var scoredPairs = 0
    /// Pairs accepted as one.
    package var acceptedPairs = 0
    /// How many accepted pairs are right, as their probabilities say: their sum.
    package var expectedRight = 0.0
    /// The share of matches among all pairs.
    package var prior = 0.0
    /// How many groups of two and more records there are.
    package var clusters = 0

    private enum CodingKeys: String, CodingKey {
        case prior, clusters
        case leftRecords = "left_records"
        case rightRecords = "right_records"
        case comparedPairs = "compared_pairs"
        case isExhaustive = "is_exhaustive"
        case blocksSplit = "blocks_split"
        case blocksSampled = "blocks_sampled"
        case pairsLeftOut = "pairs_left_out"
        case scoredPairs = "scored_pairs"
        case acceptedPairs = "accepted_pairs"
        case expectedRight = "expected_right"
    }

    /// The mean probability of the accepted pairs; 1 when there are none.
    package var expectedPrecision: Double { acceptedPairs == 0 ? 1 : expectedRight / Double(acceptedPairs) }
}
