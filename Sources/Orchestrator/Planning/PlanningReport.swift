package import LanguageModel

/// What the report of an operation says of how its goal was planned, and of every token.
package struct PlanningReport: Codable, Sendable, Hashable {
    /// What was spent.
    package struct Tokens: Codable, Sendable, Hashable {
        /// The most that the operation may use.
        package var budget: Int
        /// What the API reported or a real tokenizer counted.
        package var usage: Int
        /// What the estimator says, and what calls without a reply may have cost.
        package var uncertain: Int
        /// The least trustworthy of the sources; nil while nothing was spent.
        package var countedBy: TokenCount.Source?
        /// Every call.
        package var calls: [TokenLedger.Call]

        enum CodingKeys: String, CodingKey {
            case budget, usage, uncertain, calls
            case countedBy = "counted_by"
        }
    }

    /// Who made the plan; nil while there is none.
    package var source: PlanningRecord.Source?
    /// The language model; nil where none is configured.
    package var model: String?
    /// The plans that it was asked for.
    package var attempts: [PlanningRecord.Attempt]
    /// What was done instead, and why.
    package var fallback: PlanningRecord.Fallback?
    /// What was spent.
    package var tokens: Tokens

    init(_ record: PlanningRecord) {
        source = record.source
        model = record.model
        attempts = record.attempts
        fallback = record.fallback
        tokens = Tokens(
            budget: record.tokens.budget,
            usage: record.tokens.usage,
            uncertain: record.tokens.uncertain,
            countedBy: record.tokens.countedBy,
            calls: record.tokens.calls
        )
    }
}
