import RedisClient

/// A job as it is recorded at one moment.
public struct JobSnapshot: Sendable {
    /// One error of its history.
    public struct ErrorEntry: Hashable, Sendable, Codable {
        /// Server time, milliseconds since 1970.
        public var atMilliseconds: Int
        /// The attempt that failed, from 1.
        public var attempt: Int
        /// What the handler threw.
        public var failure: JobFailure
    }

    /// The job's id.
    public let id: JobID
    /// Its state.
    public let state: JobState
    /// Its queue.
    public let queue: QueueName
    /// Its action.
    public let action: String
    /// Its policy.
    public let policy: JobPolicy
    /// Server time of its enqueue, milliseconds since 1970.
    public let createdMilliseconds: Int
    /// Server time of its last hand-out; `nil` before the first.
    public let beganMilliseconds: Int?
    /// Server time of its end; `nil` before.
    public let endedMilliseconds: Int?
    /// Its parameters, JSON text.
    public let input: [UInt8]
    /// Its result, JSON text.
    public let result: [UInt8]?
    /// The confidence of its result.
    public let confidence: Double?
    /// What the confidence was computed from, JSON text of an array of ``ConfidencePart``.
    public let parts: [UInt8]?
    /// Runs that ended with an error.
    public let attempts: Int
    /// Hand-outs.
    public let deliveries: Int
    /// The flow that it belongs to.
    public let flow: JobID?
    /// Jobs that it waits for.
    public let parents: [JobID]
    /// Its escalation, also after that was decided.
    public let escalation: String?
    /// How a person decided: `approved`, `overridden`, `rejected`.
    public let review: String?
    /// Why it ended, where the state does not say it: `request`, `upstream`, `rejected`, `attempts`, `deliveries`, `error`.
    public let cause: String?
    /// The process that holds or held the last delivery.
    public let owner: String?
    /// What the handler last reported, JSON text of a ``JobProgress``.
    public let progress: [UInt8]?
    /// Guidance of a reviewer who had it retried.
    public let guidance: String?
    /// The newest errors, oldest first.
    public let errors: [ErrorEntry]
    /// Whether a cancellation is on its way to the worker.
    public let isCancelling: Bool

    static let fields = [
        "state", "policy", "input", "result", "confidence", "parts", "attempts", "deliveries", "flow", "parents",
        "escalation", "review", "cause", "owner", "progress", "guidance", "errors", "cancel", "began", "ended",
    ]

    /// Reads the reply of an `HMGET` of ``fields``; `nil` when there is no such job.
    init?(id: JobID, reply: RedisReply) throws(JobQueueError) {
        guard let word = reply[0].string else { return nil }
        guard let state = JobState(rawValue: word), let line = reply[1].string.flatMap(PolicyLine.init) else {
            throw JobQueueError(.malformed, "the record of job \(id) is not of the documented form")
        }
        self.id = id
        self.state = state
        queue = line.queue
        action = line.action
        policy = line.policy
        createdMilliseconds = line.createdMilliseconds ?? 0
        input = reply[2].bytes ?? []
        result = reply[3].bytes
        confidence = reply[4].double
        parts = reply[5].bytes.flatMap { $0.isEmpty ? nil : $0 }
        attempts = reply[6].integer ?? 0
        deliveries = reply[7].integer ?? 0
        flow = reply[8].string.map(JobID.init(trusted:))
        parents = reply[9].string.map { $0.split(separator: " ").map { JobID(trusted: String($0)) } } ?? []
        escalation = reply[10].string
        review = reply[11].string
        cause = reply[12].string
        owner = reply[13].string
        progress = reply[14].bytes
        guidance = reply[15].string
        errors = (reply[16].string ?? "").split(separator: "\n").compactMap(Self.errorEntry)
        isCancelling = !reply[17].isNull && state == .running
        beganMilliseconds = reply[18].integer
        endedMilliseconds = reply[19].integer
    }

    private static func errorEntry(_ line: Substring) -> ErrorEntry? {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let at = Int(words[0]), let attempt = Int(words[1]) else { return nil }
        let failure =
            (try? JSONCoding.decode(JobFailure.self, from: words[2].utf8))
            ?? JobFailure("unreadable", "the recorded error is not of the documented form")
        return ErrorEntry(atMilliseconds: at, attempt: attempt, failure: failure)
    }
}
