package import RedisClient

/// Why a call of the queue failed.
public struct JobQueueError: Error, Sendable, CustomStringConvertible {
    /// The closed vocabulary of reasons.
    public enum Code: String, Sendable {
        /// A configuration value is out of range.
        case invalidConfiguration
        /// A job's field is out of range.
        case invalidJob
        /// The input is larger than the configured limit.
        case payloadTooLarge
        /// The server has another number of partitions on record.
        case partitionMismatch
        /// Redis cannot be reached or does not answer.
        case unreachable
        /// Redis has reached its memory limit and takes no new work.
        case full
        /// Redis refused a command.
        case refused
        /// A reply or a record is not of the documented form.
        case malformed
        /// No job, flow or escalation has that id.
        case notFound
        /// The escalation was decided, claimed or changed meanwhile, or the flow's state does not allow this.
        case conflict
        /// A cursor or a limit is not of the documented form.
        case invalidQuery
        /// The decision does not fit the escalation.
        case invalidDecision
    }

    /// The reason.
    public let code: Code
    /// What happened and what to do; no payload, no secret.
    public let message: String
    /// The field that is wrong, if one is.
    public let field: String?
    /// The Redis error behind it, if one is.
    package let cause: RedisError?

    package init(_ code: Code, _ message: String, field: String? = nil, cause: RedisError? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.cause = cause
    }

    /// Wraps an error of the client by what it means for a caller of the queue.
    package init(_ error: RedisError) {
        let code: Code =
            switch error.code {
            case .outOfMemory: .full
            case .protocolError: .malformed
            default: error.isRetryable ? .unreachable : .refused
            }
        let message =
            code == .full
            ? "Redis has reached its memory limit and takes no new jobs; running jobs still finish and make room"
            : String(describing: error)
        self.init(code, message, cause: error)
    }

    /// Code, field and message in one line.
    public var description: String {
        field.map { "\(code.rawValue) (\($0)): \(message)" } ?? "\(code.rawValue): \(message)"
    }
}
