/// How one worker process works.
public struct WorkerConfiguration: Sendable {
    /// The queue that it works on.
    public var queue: QueueName
    /// How many jobs it runs at once; it never holds more.
    public var concurrency: Int
    /// How the lanes share its slots.
    public var weights: LaneWeights
    /// How long running jobs may go on after the process was told to stop; then they are cancelled and handed back.
    public var gracePeriod: Duration
    /// After how long without a successful fetch the worker counts as not ready.
    public var stallLimit: Duration

    /// Concurrency 8, standard weights, 25 s of grace, 15 s without a fetch.
    public init(
        queue: QueueName,
        concurrency: Int = 8,
        weights: LaneWeights = .standard,
        gracePeriod: Duration = .seconds(25),
        stallLimit: Duration = .seconds(15)
    ) {
        self.queue = queue
        self.concurrency = max(1, concurrency)
        self.weights = weights
        self.gracePeriod = gracePeriod
        self.stallLimit = stallLimit
    }
}
