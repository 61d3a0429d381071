/// The states of an escalation: `open → claimed → resolved | expired`; a claim whose lease has run out is open again.
public enum EscalationState: String, Sendable, Codable, CaseIterable {
    /// Waits for a reviewer.
    case open
    /// A reviewer holds it, until a time.
    case claimed
    /// Decided.
    case resolved
    /// Ended without a decision, because its job was cancelled.
    case expired

    /// The states that may follow this one.
    public var successors: Set<EscalationState> {
        switch self {
        case .open: [.claimed, .resolved, .expired]
        case .claimed: [.open, .claimed, .resolved, .expired]
        case .resolved, .expired: []
        }
    }
}
