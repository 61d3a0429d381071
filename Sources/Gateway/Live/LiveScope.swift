import JobModel
import JobQueue

/// What a listener wants to hear of.
enum LiveScope: Hashable, Sendable {
    /// Everything.
    case all
    /// One operation, its steps and its escalations.
    case operation(JobID)

    /// Whether an event belongs to it.
    func contains(_ event: JobEvent) -> Bool {
        switch self {
        case .all: true
        case .operation(let id): event.operation == id
        }
    }
}

extension JobEvent {
    /// The operation that the event is of; `nil` for others.
    var operation: JobID? { flow.flatMap { $0.rawValue.hasPrefix("op-") ? $0 : nil } }

    /// The step that the event is of, or whose escalation: `E1` of `op-…:E1` and of `esc-3-op-…:E1`.
    var step: String? {
        guard let operation, let name = subject.firstRange(of: operation.rawValue + ":") else { return nil }
        return String(subject[name.upperBound...])
    }
}
