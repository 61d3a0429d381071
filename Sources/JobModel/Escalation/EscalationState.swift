/// The states of an escalation: `open → claimed → resolved | expired`; a claim whose lease has run out is open again, and
/// so is what was resolved and undone.
public enum EscalationState: String, Sendable, Codable, CaseIterable {
    /// Waits for a reviewer.
    case open
    /// A reviewer holds it, until a time.
    case claimed
    /// Decided.
    case resolved
    /// Ended without a decision: its job was cancelled, or it was an audit sample that newer ones have displaced.
    case expired

    /// The states that may follow this one.
    public var successors: Set<EscalationState> {
        switch self {
        case .open: [.claimed, .resolved, .expired]
        case .claimed: [.open, .claimed, .resolved, .expired]
        case .resolved: [.open]
        case .expired: []
        }
    }
}
