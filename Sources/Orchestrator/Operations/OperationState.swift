/// The states of an operation and the legal transitions: the one table, which the CLI also draws.
package enum OperationState: String, Sendable, Codable, CaseIterable {
    /// Kept for clients that know the word; no operation is ever in it.
    case idle
    /// Its plan is being made.
    case planning
    /// Its steps run.
    case executing
    /// Its steps have ended, and what they left is checked.
    case validating
    /// A person is asked.
    case escalating
    /// Ended well.
    case completed
    /// Ended without a valid result.
    case failed
    /// Ended by request.
    case cancelled

    /// Whether the operation has ended.
    package var isTerminal: Bool { self == .completed || self == .failed || self == .cancelled }

    /// The states that may follow this one.
    ///
    /// `failed → planning` is a reviewer's retry of an impossible request, `failed → executing` a retry from the
    /// failed steps.
    package var successors: Set<OperationState> {
        switch self {
        case .idle: [.planning]
        case .planning: [.executing, .failed, .cancelled]
        case .executing: [.validating, .escalating, .failed, .cancelled]
        case .validating: [.completed, .escalating, .failed, .cancelled]
        case .escalating: [.executing, .validating, .failed, .cancelled]
        case .failed: [.planning, .executing]
        case .completed, .cancelled: []
        }
    }

    /// The table as a Mermaid state diagram.
    package static var mermaid: String {
        var lines = ["stateDiagram-v2", "    [*] --> planning"]
        for state in allCases where state != .idle {
            for next in allCases where state.successors.contains(next) {
                lines.append("    \(state.rawValue) --> \(next.rawValue)")
            }
            if state.isTerminal { lines.append("    \(state.rawValue) --> [*]") }
        }
        return lines.joined(separator: "\n")
    }
}
