/// What one operation has spent and may still spend; pure.
///
/// A call is entered before it is made, with the most that it may cost, and corrected when the reply is there. A ledger that
/// is stored at both moments survives a crash between them: the call is then found open, and stays charged.
package struct TokenLedger: Sendable, Hashable, Codable {
    /// One call.
    package struct Call: Sendable, Hashable, Codable {
        /// How it stands.
        package enum State: String, Sendable, Codable {
            /// Made, and not answered yet, as far as is known.
            case open
            /// Answered.
            case answered
            /// Ended without a reply, but the model may have worked: charged as counted before.
            case unanswered
            /// Refused or never made: not charged.
            case free
        }

        /// What it was for, such as `plan`.
        package var purpose: String
        /// How it stands.
        package var state: State
        /// Tokens of the prompt.
        package var promptTokens: Int
        /// Tokens of the reply; while it is open, the most that it may have.
        package var completionTokens: Int
        /// Who counted them.
        package var countedBy: TokenCount.Source
        /// Our own count of the prompt, to compare.
        package var countedPrompt: Int
        /// In which form the answer was asked for.
        package var form: ResponseForm?
        /// Why there was no reply.
        package var error: String?

        /// What it is charged with.
        package var charge: Int { state == .free ? 0 : promptTokens + completionTokens }

        enum CodingKeys: String, CodingKey {
            case purpose, state, form, error
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case countedBy = "counted_by"
            case countedPrompt = "counted_prompt"
        }
    }

    /// The most that the operation may use.
    package var budget: Int
    /// The calls in their order.
    package private(set) var calls: [Call] = []

    package init(budget: Int) { self.budget = budget }

    /// What is used or held back for open calls.
    package var charged: Int { calls.reduce(0) { $0 + $1.charge } }
    /// What is left.
    package var remaining: Int { max(0, budget - charged) }
    /// What the API reported or a real tokenizer counted of answered calls: a number that nobody made up.
    package var usage: Int {
        calls.reduce(0) { $0 + ($1.state == .answered && $1.countedBy != .estimate ? $1.charge : 0) }
    }
    /// What answered calls cost by the estimator, and what unanswered ones may have cost.
    package var uncertain: Int { charged - usage }
    /// The least trustworthy of the sources; `nil` while nothing was spent.
    package var countedBy: TokenCount.Source? { calls.filter { $0.charge > 0 }.map(\.countedBy).max() }

    /// What a prompt of so many counted tokens is expected to cost this model: an estimate gets a margin, and what earlier
    /// calls cost beyond our count is expected again.
    package func expected(_ prompt: TokenCount) -> Int {
        let known = calls.filter { $0.state == .answered && $0.countedBy == .apiUsage && $0.countedPrompt > 0 }
        let reported = known.reduce(0) { $0 + $1.promptTokens }
        let counted = known.reduce(0) { $0 + $1.countedPrompt }
        let ratio = counted > 0 ? max(1, Double(reported) / Double(counted)) : 1
        let margin = prompt.countedBy == .estimate && counted == 0 ? 1 + TokenEstimator.margin : 1
        return Int((Double(prompt.tokens) * ratio * margin).rounded(.up))
    }

    /// Enters a call that is about to be made.
    ///
    /// The reply is allowed the upper end of its range; where the budget has fewer left, those, but at least the lower end.
    ///
    /// - Returns: the call's number, and the tokens that its reply may have.
    /// - Throws: ``LanguageModelError`` `budgetExceeded`; nothing is entered then.
    package mutating func reserve(
        _ purpose: String,
        prompt: TokenCount,
        reply: ClosedRange<Int>
    ) throws(LanguageModelError) -> (call: Int, maximumReply: Int) {
        let expected = expected(prompt)
        let maximum = min(reply.upperBound, remaining - expected)
        guard maximum >= reply.lowerBound else {
            throw LanguageModelError(
                .budgetExceeded,
                """
                the call to \(purpose) needs \(expected) tokens for its prompt and \(reply.lowerBound) for its reply, \
                and \(remaining) of \(budget) are left
                """
            )
        }
        calls.append(
            Call(
                purpose: purpose,
                state: .open,
                promptTokens: expected,
                completionTokens: maximum,
                countedBy: prompt.countedBy,
                countedPrompt: prompt.tokens
            )
        )
        return (calls.count - 1, maximum)
    }

    /// The reply is there: what the API says counts, else what was counted here.
    package mutating func answered(_ call: Int, usage: ChatUsage?, reply: TokenCount, form: ResponseForm) {
        calls[call].state = .answered
        calls[call].form = form
        calls[call].promptTokens = usage?.promptTokens ?? calls[call].countedPrompt
        calls[call].completionTokens = usage?.completionTokens ?? reply.tokens
        calls[call].countedBy = usage == nil ? reply.countedBy : .apiUsage
    }

    /// There was no reply.
    package mutating func failed(_ call: Int, error: String, mayHaveSpent: Bool) {
        calls[call].state = mayHaveSpent ? .unanswered : .free
        calls[call].error = error
    }

    /// Closes the calls that a process which died left open: they may have been paid for.
    ///
    /// - Returns: how many there were.
    @discardableResult
    package mutating func closeOpenCalls() -> Int {
        var count = 0
        for call in calls.indices where calls[call].state == .open {
            failed(call, error: "the process that asked did not live to see the reply", mayHaveSpent: true)
            count += 1
        }
        return count
    }
}
