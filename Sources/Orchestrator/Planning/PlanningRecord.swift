package import JobModel
package import LanguageModel

/// What was done to plan a goal and to answer it: who was asked, what came back, what it cost, and what was done instead.
///
/// It is stored with the operation before and after each call, so that nothing about it is ever silent.
package struct PlanningRecord: Codable, Sendable, Hashable {
    /// Who made the plan.
    package enum Source: String, Codable, Sendable {
        /// The language model, in one call or with one repair.
        case languageModel = "language_model"
        /// The deployment's rules.
        case rules
    }

    /// One plan that a language model was asked for.
    package struct Attempt: Codable, Sendable, Hashable {
        /// `plan` or `repair`.
        package var purpose: String
        /// Whether the plan could be used.
        package var accepted: Bool
        /// What is wrong with it, by place.
        package var defects: [FieldDefect]
        /// Why there was no reply.
        package var error: String?
        /// In which form it was asked for.
        package var form: ResponseForm?
    }

    /// What was done in place of the language model's plan.
    package struct Fallback: Codable, Sendable, Hashable {
        /// `rules`, or `review`: a person is asked.
        package var to: String
        /// Why.
        package var reason: String
        /// The template that the rules chose.
        package var template: String?
    }

    /// Who made the plan; nil while there is none.
    package var source: Source?
    /// The language model; nil where none is configured.
    package var model: String?
    /// The plans that it was asked for.
    package var attempts: [Attempt] = []
    /// What was done instead.
    package var fallback: Fallback?
    /// The request that the plan was made for: the accepted steps, or the parameters of the template.
    package var planned: OperationRequest?
    /// What was spent.
    package var tokens: TokenLedger
    /// The answer to the goal.
    package var answer: AnswerRecord?

    package init(model: String?, budget: Int) {
        self.model = model
        tokens = TokenLedger(budget: budget)
    }

    enum CodingKeys: String, CodingKey {
        case source, model, attempts, fallback, planned, tokens, answer
    }
}

/// The answer to a goal, with what it rests on.
package struct AnswerRecord: Codable, Sendable, Hashable {
    /// A piece of evidence as the language model saw it.
    package struct Evidence: Codable, Sendable, Hashable {
        /// Its name.
        package var name: String
        /// How much of it.
        package var level: CompressionLevel
        /// How many tokens that was.
        package var tokens: Int
        /// How many the whole document would have been.
        package var fullTokens: Int
        /// Who counted.
        package var countedBy: TokenCount.Source

        enum CodingKeys: String, CodingKey {
            case name, level, tokens
            case fullTokens = "full_tokens"
            case countedBy = "counted_by"
        }
    }

    /// The answer; nil where there is none.
    package var text: String?
    /// The evidence that it names.
    package var cites: [String] = []
    /// The evidence that the model was shown.
    package var evidence: [Evidence] = []
    /// Why it must not be taken as it is; empty for an answer that passed.
    package var doubts: [String] = []

    package init(text: String? = nil, cites: [String] = [], doubts: [String] = []) {
        self.text = text
        self.cites = cites
        self.doubts = doubts
    }
}
