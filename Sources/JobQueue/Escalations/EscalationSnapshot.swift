import RedisClient

/// An escalation as it is recorded at one moment.
public struct EscalationSnapshot: Sendable, Codable, Hashable {
    /// One entry of its history.
    public struct Entry: Sendable, Codable, Hashable {
        /// Server time, milliseconds since 1970.
        public var atMilliseconds: Int
        /// The version that the change led to.
        public var version: Int
        /// What happened, in the words of ``EscalationNotice/event``.
        public var event: String
        /// Who did it; empty for the system.
        public var by: String
    }

    /// What somebody remarked.
    public struct Comment: Sendable, Codable, Hashable {
        /// Server time, milliseconds since 1970.
        public var atMilliseconds: Int
        /// Who.
        public var by: String
        /// What.
        public var text: String

        enum CodingKeys: String, CodingKey {
            case atMilliseconds = "at"
            case by, text
        }
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
    /// Whether the job waits for the decision; an audit sample's has completed.
    public var isBlocking: Bool
    /// The share of results that are sampled, of an audit sample: what one of them stands for is its inverse.
    public var auditRate: Double?
    /// When it should be decided, server time in milliseconds since 1970.
    public var dueMilliseconds: Int?
    /// Which tier of reviewers it is for, from 1.
    public var tier: Int
    /// The reviewer who should decide.
    public var designee: String?
    /// The reviewer who holds it.
    public var assignee: String?
    /// Until when, server time in milliseconds since 1970.
    public var claimedUntilMilliseconds: Int?
    /// How it was resolved.
    public var resolution: String?
    /// Who decided.
    public var reviewer: String?
    /// What the reviewer wrote.
    public var comment: String?
    /// What an override put in the result's place, JSON text.
    public var value: [UInt8]?
    /// Server time of the decision, or of the expiry.
    public var decidedMilliseconds: Int?
    /// What reviewers remarked, oldest first.
    public var comments: [Comment]
    /// The newest hundred changes, oldest first; the audit log has all of them.
    public var history: [Entry]

    static let fields = [
        "job", "flow", "queue", "action", "state", "version", "reason", "confidence", "threshold", "opened", "assignee",
        "claimed-until", "resolution", "reviewer", "comment", "decided", "history", "blocks", "audit-rate", "due",
        "tier",
        "designee", "value", "comments",
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
        isBlocking = reply[17].string != "0"
        auditRate = reply[18].double
        dueMilliseconds = reply[19].integer
        tier = reply[20].integer ?? 1
        designee = reply[21].string
        value = reply[22].bytes
        comments = try Self.comments(reply[23].string, of: id)
        history = (reply[16].string ?? "").split(separator: "\n").compactMap(Self.entry)
    }

    private static func entry(_ line: Substring) -> Entry? {
        let words = line.split(separator: " ", maxSplits: 3)
        guard words.count >= 3, let at = Int(words[0]), let version = Int(words[1]) else { return nil }
        return Entry(
            atMilliseconds: at,
            version: version,
            event: String(words[2]),
            by: words.count == 4 ? String(words[3]) : ""
        )
    }

    private static func comments(_ lines: String?, of id: String) throws(JobQueueError) -> [Comment] {
        do {
            return try (lines ?? "").split(separator: "\n").map { try JSONCoding.decode(Comment.self, from: $0.utf8) }
        } catch {
            throw JobQueueError(.malformed, "the comments of escalation \(id) are not of the documented form")
        }
    }

    /// Whether its due time has passed while it waits.
    public func isOverdue(atMilliseconds now: Int) -> Bool {
        guard state == .open || state == .claimed, let dueMilliseconds else { return false }
        return dueMilliseconds <= now
    }
}
