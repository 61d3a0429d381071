/// What a reviewer says of an escalation.
public enum Decision: Hashable, Sendable {
    /// The result stands.
    case approve
    /// The result is refused: the job ends as cancelled, and its dependents end by their fan-in policy.
    case reject
    /// Another result takes its place; the job is not run again.
    case override(JSONValue)
    /// The job runs again, with a fresh count of attempts, other parameters where given, and guidance for the handler.
    case retry(parameters: JSONValue?, guidance: String?)

    /// The word of the API and the functions.
    public var name: String {
        switch self {
        case .approve: "approve"
        case .reject: "reject"
        case .override: "override"
        case .retry: "retry"
        }
    }

    /// How the escalation is resolved by it.
    public var resolution: String {
        switch self {
        case .approve: "approved"
        case .reject: "rejected"
        case .override: "overridden"
        case .retry: "retried"
        }
    }
}
