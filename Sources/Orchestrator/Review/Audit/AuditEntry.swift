package import JobModel

/// One change of an escalation, as the audit log keeps it.
package struct AuditEntry: Codable, Sendable, Hashable {
    /// Its place in the log; grows.
    package var sequence: Int
    /// The escalation.
    package var escalationID: String
    /// The version that the change led to.
    package var version: Int
    /// What happened, such as `claimed` or `approved`.
    package var event: String
    /// Who did it; empty for the system.
    package var by: String
    /// When, by the clock of Redis, ISO 8601.
    package var at: String
    /// The operation; `nil` for a job of its own.
    package var operationID: String?
    /// The job.
    package var jobID: String
    /// The job's worker.
    package var worker: String?
    /// The job's action.
    package var action: String?
    /// The type of the operation.
    package var operationType: String?
    /// Why a person was asked.
    package var reason: String?
    /// The confidence of the result.
    package var confidence: Double?
    /// The threshold that it was held against.
    package var threshold: Double?
    /// For an audit sample, the rate at which results like it were drawn.
    package var samplingRate: Double?
    /// What else the change says: comments as they were written, values and parameters as their size and SHA-256.
    package var detail: JSONValue

    enum CodingKeys: String, CodingKey {
        case sequence, version, event, by, at, worker, action, reason, confidence, threshold, detail
        case escalationID = "escalation_id"
        case operationID = "operation_id"
        case jobID = "job_id"
        case operationType = "operation_type"
        case samplingRate = "sampling_rate"
    }
}

/// Which entries of the audit log are wanted.
package struct AuditFilter: Sendable, Hashable {
    /// Of one escalation.
    package var escalation: String?
    /// Of one operation.
    package var operation: String?
    /// Of one reviewer.
    package var by: String?
    /// Of one event.
    package var event: String?
    /// Not before, milliseconds since 1970.
    package var sinceMilliseconds: Int?
    /// At most so many.
    package var limit: Int
    /// Only entries before this place: what the previous page answered.
    package var cursor: Int?

    /// Combines the conditions.
    package init(
        escalation: String? = nil,
        operation: String? = nil,
        by: String? = nil,
        event: String? = nil,
        sinceMilliseconds: Int? = nil,
        limit: Int = 100,
        cursor: Int? = nil
    ) {
        self.escalation = escalation
        self.operation = operation
        self.by = by
        self.event = event
        self.sinceMilliseconds = sinceMilliseconds
        self.limit = limit
        self.cursor = cursor
    }
}
