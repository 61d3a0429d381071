import JobQueue
import RecordLinkage

/// A pair of records with its decision, by their keys.
struct MatchedPair: Sendable, Encodable {
    /// What became of a pair.
    enum Decision: String, Sendable, Encodable {
        case accepted, review, rejected
    }

    var left: String
    var right: String
    /// How likely they are one.
    var probability: Double
    /// log2 of the odds by their own evidence.
    var score: Double
    var decision: Decision
    /// What each column says; names no value.
    var evidence: [FieldEvidence]

    static let schema = JSONSchema.object([
        .required("left", .string("The key of the left record.")),
        .required("right", .string("The key of the right record.")),
        .required("probability", .number("How likely they are one.", minimum: 0, maximum: 1)),
        .required("score", .number("log2 of the odds by their own evidence.")),
        .required("decision", .string(enum: ["accepted", "review", "rejected"])),
        .required(
            "evidence",
            .array(
                of: .object([
                    .required("column", .string("The column.")),
                    .required("agreement", .string("How its values agree.")),
                    .required("bits", .number("log2 of the Bayes factor: positive speaks for one record.")),
                ])
            )
        ),
    ])
}
