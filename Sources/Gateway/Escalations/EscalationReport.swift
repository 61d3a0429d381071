import JobModel
package import JobQueue

/// What the API answers about an escalation in a list, and after it was changed.
package struct EscalationReport: Encodable {
    /// One entry of its history.
    struct Entry: Encodable {
        let at: Timestamp
        let version: Int
        let event: String
        @ExplicitNull var by: String?
    }

    /// One remark.
    struct Comment: Encodable {
        let at: Timestamp
        let by: String
        let text: String
    }

    let id: String
    /// A decision names the version that it was made on.
    let version: Int
    let state: EscalationState
    let reason: ReviewReason
    /// Whether the job waits for the decision.
    let blocking: Bool
    @ExplicitNull var operationID: String?
    /// The step's name in the operation's plan, such as `E3`.
    @ExplicitNull var step: String?
    let jobID: JobID
    let queue: QueueName
    let action: String
    let confidence: Double
    let threshold: Double
    let openedAt: Timestamp
    @ExplicitNull var dueAt: Timestamp?
    let tier: Int
    /// Who holds it.
    @ExplicitNull var assignee: String?
    @ExplicitNull var claimedUntil: Timestamp?
    /// Who should decide.
    @ExplicitNull var assignedTo: String?
    @ExplicitNull var resolution: String?
    @ExplicitNull var reviewer: String?
    @ExplicitNull var comment: String?
    /// What an override put in the result's place.
    @ExplicitNull var value: JSONValue?
    @ExplicitNull var decidedAt: Timestamp?
    let comments: [Comment]
    let history: [Entry]

    enum CodingKeys: String, CodingKey {
        case id, version, state, reason, blocking, step, queue, action, confidence, threshold, tier, assignee
        case resolution, reviewer, comment, value, comments, history
        case operationID = "operation_id"
        case jobID = "job_id"
        case openedAt = "opened_at"
        case dueAt = "due_at"
        case claimedUntil = "claimed_until"
        case assignedTo = "assigned_to"
        case decidedAt = "decided_at"
    }

    /// What the API says of a snapshot.
    package init(_ escalation: EscalationSnapshot) {
        id = escalation.id
        version = escalation.version
        state = escalation.state
        reason = escalation.reason
        blocking = escalation.isBlocking
        operationID = escalation.job.operation?.rawValue
        step = escalation.job.step
        jobID = escalation.job
        queue = escalation.queue
        action = escalation.action
        confidence = escalation.confidence
        threshold = escalation.threshold
        openedAt = Timestamp(escalation.openedMilliseconds)
        dueAt = Timestamp(escalation.dueMilliseconds)
        tier = escalation.tier
        assignee = escalation.assignee
        claimedUntil = escalation.assignee == nil ? nil : Timestamp(escalation.claimedUntilMilliseconds)
        assignedTo = escalation.designee
        resolution = escalation.resolution
        reviewer = escalation.reviewer
        comment = escalation.comment
        // The queue writes JSON; what is none is shown as the text that it is.
        value = escalation.value.map { (try? JSONValue(parsing: $0)) ?? .string(String(decoding: $0, as: UTF8.self)) }
        decidedAt = Timestamp(escalation.decidedMilliseconds)
        comments = escalation.comments.map { Comment(at: Timestamp($0.atMilliseconds), by: $0.by, text: $0.text) }
        history = escalation.history.map { entry in
            Entry(
                at: Timestamp(entry.atMilliseconds),
                version: entry.version,
                event: entry.event,
                by: entry.by.isEmpty ? nil : entry.by
            )
        }
    }
}

extension JobID {
    /// The operation that the job belongs to: `op-…` of `op-…:E3`; `nil` for a job of its own.
    var operation: JobID? {
        let key = partitionKey
        return key.hasPrefix("op-") && key.count < rawValue.count ? JobID(rawValue: String(key)) : nil
    }

    /// The name of the job in its operation; `nil` for a job of its own.
    var step: String? { operation.map { String(rawValue.dropFirst($0.rawValue.count + 1)) } }
}
