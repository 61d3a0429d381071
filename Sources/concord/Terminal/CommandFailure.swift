import ArgumentParser
import Gateway
import JobModel
import JobQueue
import Orchestrator
import PostgresClient
import PrivateServers

/// Why a command ends without having done its work, in words for the person at the terminal.
struct CommandFailure: Error, Sendable {
    /// The exit code.
    var status: ExitStatusCode
    /// What happened.
    var message: String
    /// What to do about it; `nil` where the message says it.
    var hint: String?

    init(_ status: ExitStatusCode, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// Explains an error of ours; `nil` for one of the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let error as CommandFailure: self = error
        case let error as SettingsError: self.init(.usage, error.description)
        case let error as RequestError: self.init(.usage, error.description)
        case let error as JobFailure: self.init(.usage, error.description)
        case let error as JobQueueError: self.init(queue: error)
        case let error as GatewayError: self.init(.failed, error.message)
        case let error as OrchestratorError: self.init(.failed, error.message)
        case let error as PrivateServerError: self.init(.failed, error.message)
        case let error as PostgresError: self.init(.failed, error.description)
        case is CancellationError: self.init(.failed, "interrupted")
        default:
            // The argument parser's own errors are not public; they are the ones that it has an exit code of its own for.
            guard Concord.exitCode(for: error) == .failure else { return nil }
            self.init(.failed, String(describing: error))
        }
    }

    private init(queue error: JobQueueError) {
        switch error.code {
        case .unreachable:
            self.init(
                .unreachable,
                "cannot reach Redis: \(error.message)",
                hint: "start everything with `concord dev`, or say where Redis is with --redis-url or REDIS_URL"
            )
        case .invalidConfiguration, .invalidJob, .payloadTooLarge, .invalidDecision, .invalidQuery, .partitionMismatch:
            self.init(.usage, error.field.map { "\($0): \(error.message)" } ?? error.message)
        case .full, .refused, .malformed, .notFound, .conflict: self.init(.failed, error.message)
        }
    }

    /// What is printed.
    func lines(_ terminal: Terminal) -> [String] {
        [terminal.styled("error:", .red) + " " + message] + (hint.map { ["  " + $0] } ?? [])
    }
}
