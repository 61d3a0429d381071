/// Two records that may be one.
package struct LinkedPair: Sendable, Hashable {
    /// The record of the left table, from 0; the lower one when there is one table.
    package var left: Int
    /// The record of the right table, from 0.
    package var right: Int
    /// How likely they are one, with all other pairs of the same records taken into account.
    package var probability: Double
    /// log2 of the odds that they are one by their own evidence.
    package var weight: Double
    /// Whether they are in one cluster.
    package var isAccepted: Bool
    /// The levels of agreement.
    let pattern: RecordComparison.Pattern
}

/// What one column says about a pair.
package struct FieldEvidence: Sendable, Hashable, Codable {
    /// The column.
    package var column: String
    /// How its values agree, in words; `missing` where one is not there.
    package var agreement: String
    /// log2 of the Bayes factor: positive speaks for one record, negative against it.
    package var bits: Double
}
