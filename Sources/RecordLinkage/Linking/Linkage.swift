/// The outcome of a linkage.
package struct Linkage: Sendable {
    /// The pairs that may be one, by left and right record.
    package let pairs: [LinkedPair]
    /// Groups of records that are one, two and more each; records of the right table are numbered behind the left ones.
    package let clusters: [[Int]]
    /// What was done.
    package let report: LinkageReport
    let schema: LinkageSchema
    let scorer: PairScorer
    let leftCount: Int?

    /// The pairs that count as one.
    package var accepted: [LinkedPair] { pairs.filter(\.isAccepted) }

    /// What each column contributes to a pair's weight.
    ///
    /// With the prior's ``priorBits``, the bits add up to the weight.
    package func evidence(for pair: LinkedPair) -> [FieldEvidence] {
        schema.columns.indices.map { column in
            let level = RecordComparison.level(pair.pattern, column)
            let kind = schema.columns[column].kind
            return FieldEvidence(
                column: schema.columns[column].name,
                agreement: level == 0 ? "missing" : kind.levels[level - 1],
                bits: scorer.bits(of: column, pair.pattern, pair.left)
            )
        }
    }

    /// log2 of the odds that two records are one before anything is known of them.
    package var priorBits: Double { scorer.priorWeight }
}
