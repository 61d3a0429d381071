/// Why a language model could not be asked, or gave no answer.
///
/// Its text holds no prompt, no reply and no key; what a server said is reduced to its status and, where it named one, its
/// error code.
package struct LanguageModelError: Error, Sendable, CustomStringConvertible {
    /// The closed vocabulary of reasons.
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// The base URL is no usable address.
        case invalidConfiguration = "invalid_configuration"
        /// No connection could be made.
        case unreachable
        /// The server sent nothing for too long, or the whole call took too long.
        case timedOut = "timed_out"
        /// 429 or 503, and waiting as long as the server asks would take too long.
        case rateLimited = "rate_limited"
        /// 401 or 403.
        case unauthorized
        /// The prompt does not fit into the model's context.
        case contextTooLong = "context_too_long"
        /// Another answer of 400 to 499.
        case refused
        /// 500 to 599, on every attempt.
        case serverFailed = "server_failed"
        /// The connection ended while the reply was on its way: the tokens may have been spent.
        case interrupted
        /// The reply has more bytes than allowed.
        case replyTooLarge = "reply_too_large"
        /// The reply is no chat completion: HTML, no JSON, or no choice in it.
        case malformedReply = "malformed_reply"
        /// The server has failed so often that it is left alone for a while.
        case circuitOpen = "circuit_open"
        /// The call would go beyond the operation's token budget.
        case budgetExceeded = "budget_exceeded"
        /// The tokenizer's rank file cannot be read.
        case unreadableRanks = "unreadable_ranks"
    }

    /// The reason.
    package let code: Code
    /// What happened, for a person.
    package let message: String
    /// The HTTP status of the last answer, if there was one.
    package var status: Int?
    /// When the server (or the circuit breaker) wants to be asked again.
    package var retryAfter: Duration?

    package init(_ code: Code, _ message: String, status: Int? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// Whether asking again later may help.
    package var isPassing: Bool {
        switch code {
        case .unreachable, .timedOut, .rateLimited, .serverFailed, .interrupted, .circuitOpen, .malformedReply: true
        case .invalidConfiguration, .unauthorized, .contextTooLong, .refused, .replyTooLarge, .budgetExceeded,
            .unreadableRanks:
            false
        }
    }

    /// Whether the model may have worked, and been paid, for a reply that never came.
    package var mayHaveSpent: Bool {
        switch code {
        case .timedOut, .interrupted, .replyTooLarge, .malformedReply: true
        default: false
        }
    }
}
