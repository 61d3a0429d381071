import JobModel
import Hummingbird
import JobQueue
import NIOCore
import Orchestrator

extension Problem {
    /// The problem that an error of a handler is to the caller; what the caller cannot use stays in the log.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as JobQueueError: self.init(error)
        case let error as RequestError: self.init(error)
        case let error as OrchestratorError: self.init(error)
        case is NIOTooManyBytesError: self.init(.tooLarge, "the body is larger than the limit")
        case let error as any HTTPResponseError: self.init(error)
        case is CancellationError: self = .unavailable("the server is stopping; ask again")
        default: self = .internalError
        }
    }

    /// The other side cannot be reached for now.
    static func unavailable(_ detail: String) -> Problem {
        Problem(.unavailable, detail, headers: [.retryAfter: retryAfterSeconds])
    }

    private static let retryAfterSeconds = "2"
    private static let unreachableDetail =
        "Redis does not answer; ask again, and where that creates something, with the same Idempotency-Key"
    private static let internalError = Problem(
        .internalError,
        "the error is in the server's log under the request's id"
    )

    private init(_ error: JobQueueError) {
        let errors = error.field.map { [FieldDefect(Self.apiName(of: $0), error.message)] } ?? []
        switch error.code {
        case .invalidJob, .invalidDecision, .invalidQuery: self.init(.invalidFields, error.message, errors: errors)
        case .payloadTooLarge: self.init(.tooLarge, error.message, errors: errors)
        case .unreachable: self = .unavailable(Self.unreachableDetail)
        case .full: self.init(.full, error.message, headers: [.retryAfter: Self.retryAfterSeconds])
        case .notFound: self.init(.notFound, error.message)
        case .conflict: self.init(.conflict, error.message)
        case .refused where Task.isCancelled: self = .unavailable("the server is stopping; ask again")
        case .refused, .malformed, .partitionMismatch, .invalidConfiguration: self = .internalError
        }
    }

    private init(_ error: RequestError) {
        self = error.isMalformedJSON ? .malformedBody : .invalid(error.defects)
    }

    private init(_ error: OrchestratorError) {
        switch error.code {
        case .contention: self = .unavailable("\(error.message); ask again")
        case .conflict: self.init(.conflict, error.message)
        case .illegalTransition, .malformedRecord, .invalidTemplate: self = .internalError
        }
    }

    /// Errors of Hummingbird itself, such as an unknown path.
    private init(_ error: any HTTPResponseError) {
        switch error.status {
        case .notFound: self.init(.notFound, "there is no such path")
        case .contentTooLarge: self.init(.tooLarge, "the body is larger than the limit")
        case let status where status.kind == .clientError: self.init(.badRequest, "\(error)")
        default: self = .internalError
        }
    }

    /// The queue's names of a job's parts, as the API spells them.
    private static func apiName(of field: String) -> String {
        switch field {
        case "input": "parameters"
        case "delay": "delay_ms"
        case "idempotencyKey": "idempotency_key"
        default: field
        }
    }
}
