/// What the registry shows of a live worker process.
public struct ProcessInfo: Sendable, Codable, Hashable {
    /// Its identity, new at every start.
    public var id: String
    /// The queue that it works on.
    public var queue: QueueName
    /// The host's name.
    public var host: String
    /// The operating system's process number.
    public var pid: Int
    /// How many jobs it runs at once.
    public var concurrency: Int
    /// How many it runs now.
    public var running: Int
    /// Jobs whose outcome it has recorded since its start.
    public var settled: Int
    /// Its start, seconds since 1970 by its own clock.
    public var startedAt: Int
    /// The actions that it knows.
    public var actions: [String]
    /// The version of Concord.
    public var version: String
}
