/// How many tokens a text has, and who says so.
package struct TokenCount: Sendable, Hashable, Codable {
    /// Who counted, most trustworthy first.
    package enum Source: String, Sendable, Codable, CaseIterable, Comparable {
        /// The `usage` of the API's reply.
        case apiUsage = "api_usage"
        /// A real tokenizer, though perhaps not the model's own.
        case bpe
        /// The estimator.
        case estimate

        private var doubt: Int {
            switch self {
            case .apiUsage: 0
            case .bpe: 1
            case .estimate: 2
            }
        }

        /// Less trustworthy sources come later.
        package static func < (left: Self, right: Self) -> Bool { left.doubt < right.doubt }
    }

    /// The number.
    package var tokens: Int
    /// Who counted.
    package var countedBy: Source

    enum CodingKeys: String, CodingKey {
        case tokens
        case countedBy = "counted_by"
    }

    package init(_ tokens: Int, countedBy: Source) {
        self.tokens = tokens
        self.countedBy = countedBy
    }
}
