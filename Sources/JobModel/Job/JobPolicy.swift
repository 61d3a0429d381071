/// How a job is queued, retried, judged and kept: data, fixed at enqueue, interpreted by the Redis functions.
public struct JobPolicy: Hashable, Sendable, Codable {
    /// What happens to a job that has used up its attempts or deliveries.
    public enum Exhaustion: String, Sendable, Codable {
        /// It becomes a dead letter.
        case dead
        /// A person decides: an escalation with the reason `retries_exhausted`.
        case escalate
    }

    /// The lane in its queue.
    public var lane: Lane
    /// A result whose confidence is below this waits for a person; 0 accepts everything.
    public var confidenceThreshold: Double
    /// How long the record and its result are kept after the end; zero keeps nothing of a completed job.
    public var retention: Duration
    /// Attempts (runs that ended with an error) before the job is exhausted, at least 1.
    public var maximumAttempts: Int
    /// Deliveries (hand-outs, also those that ended in a crash) before the job is exhausted, at least 1.
    public var maximumDeliveries: Int
    /// The delay between attempts.
    public var backoff: Backoff
    /// The longest run of one delivery; `nil` for no limit.
    ///
    /// The handler is cancelled then, and the attempt fails.
    public var timeout: Duration?
    /// What happens to an exhausted job.
    public var onExhausted: Exhaustion
    /// The share of confident results that a person looks at later, 0 to 1; nothing waits for that.
    ///
    /// Which ones follows from the job's id alone. Workers from before this field cannot read a job whose rate is not 0.
    public var auditRate: Double

    /// Normal lane, threshold 0.7, an hour's retention, three attempts, five deliveries, standard backoff, no time limit,
    /// dead letters, no audit samples.
    public init(
        lane: Lane = .normal,
        confidenceThreshold: Double = 0.7,
        retention: Duration = .seconds(3600),
        maximumAttempts: Int = 3,
        maximumDeliveries: Int = 5,
        backoff: Backoff = .standard,
        timeout: Duration? = nil,
        onExhausted: Exhaustion = .dead,
        auditRate: Double = 0
    ) {
        self.lane = lane
        self.confidenceThreshold = confidenceThreshold
        self.retention = retention
        self.maximumAttempts = maximumAttempts
        self.maximumDeliveries = maximumDeliveries
        self.backoff = backoff
        self.timeout = timeout
        self.onExhausted = onExhausted
        self.auditRate = auditRate
    }

    /// What Redis can still add to its clock; a longer life would make the function that sets it fail.
    package static let longestTime = Duration.seconds(100 * 366 * 86_400)

    /// What is wrong with the values, as `field: why`; `nil` when nothing is.
    public var defect: String? {
        if !(0...1).contains(confidenceThreshold) { return "confidenceThreshold: must be from 0 to 1" }
        if retention < .zero { return "retention: must not be negative" }
        if retention > Self.longestTime { return "retention: must be at most 100 years" }
        if maximumAttempts < 1 { return "maximumAttempts: must be at least 1" }
        if maximumDeliveries < 1 { return "maximumDeliveries: must be at least 1" }
        if let timeout, timeout < .milliseconds(1) { return "timeout: must be at least a millisecond" }
        if !(0...1).contains(auditRate) { return "auditRate: must be from 0 to 1" }
        return nil
    }
}
