import RedisClient

/// An escalation as it is recorded at one moment.
public struct EscalationSnapshot: Sendable, Codable, Hashable {
    /// One entry of its history.
    public struct Entry: Sendable, Codable, Hashable {
        /// Server time, milliseconds since 1970.
        public var atMilliseconds: Int
        /// The version that the change led to.
        public var version: Int
        /// What happened: `opened`, `claimed`, `released`, `approved`, `rejected`, `overridden`, `retried`, `expired`.
        public var event: String
        /// Who did it; empty for the system.
        public var by: String
    }

    /// Its id.
    public var id: String
    /// The parked job.
    public var job: JobID
    /// The flow of the job.
    public var flow: JobID?
    /// The job's queue.
    public var queue: QueueName
    /// The job's action.
    public var action: String
    /// Its state; a claim whose lease has run out counts as open.
    public var state: EscalationState
    /// Grows with every change; a decision names the version that it was made on.
    public var version: Int
    /// Why a person is asked.
    public var reason: ReviewReason
    /// The confidence of the result.
    public var confidence: Double
    /// The threshold that it was held against.
    public var threshold: Double
    /// Server time of its opening, milliseconds since 1970.
    public var openedMilliseconds: Int
    /// Who holds it.
    public var assignee: String?
    /// Until when, server time in milliseconds since 1970.
    public var claimedUntilMilliseconds: Int?
    /// How it was resolved.
    public var resolution: String?
    /// Who decided.
    public var reviewer: String?
    /// What the reviewer wrote.
    public var comment: String?
    /// Server time of the decision.
    public var decidedMilliseconds: Int?
    /// Everything that happened to it, oldest first.
    public var history: [Entry]

    static let fields = [
        "job", "flow", "queue", "action", "state", "version", "reason", "confidence", "threshold", "opened", "assignee",
        "claimed-until", "resolution", "reviewer", "comment", "decided", "history",
    ]

    init?(id: String, reply: RedisReply, nowMilliseconds: Int) throws(JobQueueError) {
        guard let job = reply[0].string else { return nil }
        guard let recorded = reply[4].string.flatMap(EscalationState.init), let version = reply[5].integer,
            let reason = reply[6].string.flatMap(ReviewReason.init), let confidence = reply[7].double,
            let threshold = reply[8].double, let opened = reply[9].integer
        else { throw JobQueueError(.malformed, "the record of escalation \(id) is not of the documented form") }
        self.id = id
        self.job = JobID(trusted: job)
        flow = reply[1].string.flatMap { $0.isEmpty ? nil : JobID(trusted: $0) }
        queue = QueueName(trusted: reply[2].string ?? "")
        action = reply[3].string ?? ""
        claimedUntilMilliseconds = reply[11].integer
        state = recorded == .claimed && (claimedUntilMilliseconds ?? 0) <= nowMilliseconds ? .open : recorded
        self.version = version
        self.reason = reason
        self.confidence = confidence
        self.threshold = threshold
        openedMilliseconds = opened
        assignee = state == .claimed ? reply[10].string : nil
        resolution = reply[12].string
        reviewer = reply[13].string
        comment = reply[14].string.flatMap { $0.isEmpty ? nil : $0 }
        decidedMilliseconds = reply[15].integer
        history = (reply[16].string ?? "").split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 3)
            guard words.count >= 3, let at = Int(words[0]), let version = Int(words[1]) else { return nil }
            return Entry(
                atMilliseconds: at,
                version: version,
                event: String(words[2]),
                by: words.count == 4 ? String(words[3]) : ""
            )
        }
    }
}
