/// The states of a job.
///
///     scheduled ──> ready ──> running ──> completed | escalated | dead | cancelled
///     waiting ────> ready     running ──> scheduled (a retry) | ready (lease lost, handed back, retry at once)
///     escalated ──> completed | ready | cancelled (by a decision)
///     scheduled, waiting, ready, escalated ──> cancelled;   dead ──> ready (by hand)
///     completed, cancelled, ready ──> escalated;   ready, cancelled ──> waiting (a decision is undone)
///     dead, cancelled ──> ready | waiting (the flow is retried)
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// Waits for its due time.
    case scheduled
    /// Waits for its dependencies.
    case waiting
    /// Stands in its lane.
    case ready
    /// Handed out under a lease.
    case running
    /// Waits for a person.
    case escalated
    /// Ended with an accepted result.
    case completed
    /// Used up its attempts or deliveries; kept until someone retries or discards it.
    case dead
    /// Ended without a result, by request, by a reviewer or because its dependencies cannot complete.
    case cancelled

    /// Whether nothing but a decision by hand moves the job on.
    public var isTerminal: Bool { self == .completed || self == .dead || self == .cancelled }

    /// The states that may follow this one.
    public var successors: Set<JobState> {
        switch self {
        case .scheduled: [.ready, .cancelled]
        case .waiting: [.ready, .cancelled]
        case .ready: [.running, .cancelled, .waiting, .escalated]
        case .running: [.completed, .escalated, .dead, .cancelled, .scheduled, .ready]
        case .escalated: [.completed, .ready, .cancelled]
        case .dead: [.ready, .waiting]
        case .completed: [.escalated]
        case .cancelled: [.ready, .waiting, .escalated]
        }
    }
}
