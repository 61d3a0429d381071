/// Counts the tokens of texts: with a real tokenizer where its ranks are at hand, else by the estimator.
package struct TokenCounter: Sendable {
    private let tokenizer: BytePairTokenizer?

    /// A counter that estimates.
    package static let estimating = TokenCounter(tokenizer: nil)

    /// A counter with a tokenizer, or without one.
    package init(tokenizer: BytePairTokenizer?) { self.tokenizer = tokenizer }

    /// A counter with the rank file at a path; an empty path gives the estimator.
    ///
    /// - Throws: ``LanguageModelError`` `unreadableRanks`: a file that was named and cannot be read is a mistake to be told,
    ///   not a reason to estimate in silence.
    package init(ranks path: String) throws(LanguageModelError) {
        tokenizer = path.isEmpty ? nil : try BytePairTokenizer(path: path)
    }

    /// Who counts.
    package var source: TokenCount.Source { tokenizer == nil ? .estimate : .bpe }

    /// The tokenizer's name, or that it is the estimator.
    package var name: String { tokenizer.map { $0.preSplit.rawValue } ?? "estimator" }

    /// The tokens of a text.
    package func count(_ text: String) -> Int { tokenizer?.count(text) ?? TokenEstimator.count(text) }

    /// The tokens of a text, with who counted.
    package func labelled(_ text: String) -> TokenCount { TokenCount(count(text), countedBy: source) }

    /// What a chat prompt costs: its messages, and what the API adds to each and to the whole.
    ///
    /// Three tokens a message and three for the reply's start, as OpenAI documents for its models ("Counting tokens for chat
    /// completions API calls"); other servers' templates differ by a few.
    package func count(_ messages: [ChatMessage]) -> Int {
        messages.reduce(3) { $0 + 3 + count($1.content) + count($1.role.rawValue) }
    }
}
