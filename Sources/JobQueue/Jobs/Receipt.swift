/// How safe an accepted job must be, and how safe it is.
public enum Durability: Hashable, Sendable {
    /// As Redis is configured: with AOF, a killed process loses nothing, a lost host at most the fsync window.
    case memory
    /// Also held by so many replicas.
    case replicated(Int)
}

/// What an enqueue answers.
public struct Receipt: Hashable, Sendable {
    /// The job; of a duplicate, the one that holds the idempotency key.
    public let id: JobID
    /// Whether the idempotency key or the id was taken, so that nothing was enqueued.
    public let isDuplicate: Bool
    /// The level that was reached; replicas that did not answer in time do not count.
    public let durability: Durability
}
