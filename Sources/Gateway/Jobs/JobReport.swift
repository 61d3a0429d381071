import JobModel
package import JobQueue

/// What the API answers about a job.
package struct JobReport: Encodable {
    /// One error of its history.
    struct ErrorEntry: Encodable {
        let at: Timestamp
        let attempt: Int
        let code: String
        let message: String
        @ExplicitNull var field: String?
        let retryable: Bool

        init(_ entry: JobSnapshot.ErrorEntry) {
            at = Timestamp(entry.atMilliseconds)
            attempt = entry.attempt
            code = entry.failure.code
            message = entry.failure.message
            field = entry.failure.field
            retryable = entry.failure.isRetryable
        }
    }

    let id: JobID
    let state: JobState
    let queue: QueueName
    let action: String
    let lane: Lane
    let parameters: JSONValue
    /// Runs that ended with an error.
    let attempts: Int
    let maxAttempts: Int
    /// Hand-outs, also those that ended in a crash.
    let deliveries: Int
    let maxDeliveries: Int
    @ExplicitNull var result: JSONValue?
    @ExplicitNull var confidence: Double?
    let confidenceThreshold: Double
    @ExplicitNull var confidenceParts: JSONValue?
    let errors: [ErrorEntry]
    @ExplicitNull var progress: JSONValue?
    @ExplicitNull var escalation: String?
    @ExplicitNull var review: String?
    @ExplicitNull var guidance: String?
    /// Why it ended, where the state does not say it.
    @ExplicitNull var cause: String?
    @ExplicitNull var operationID: JobID?
    let parents: [JobID]
    @ExplicitNull var worker: String?
    let cancelling: Bool
    let createdAt: Timestamp
    @ExplicitNull var startedAt: Timestamp?
    @ExplicitNull var endedAt: Timestamp?

    enum CodingKeys: String, CodingKey {
        case id, state, queue, action, lane, parameters, attempts, deliveries, result, confidence, errors, progress
        case escalation, review, guidance, cause, parents, worker, cancelling
        case maxAttempts = "max_attempts"
        case maxDeliveries = "max_deliveries"
        case confidenceThreshold = "confidence_threshold"
        case confidenceParts = "confidence_parts"
        case operationID = "operation_id"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    /// - Throws: when the record holds text that is no JSON.
    package init(_ job: JobSnapshot) throws {
        id = job.id
        state = job.state
        queue = job.queue
        action = job.action
        lane = job.policy.lane
        parameters = try JSONValue(parsing: job.input)
        attempts = job.attempts
        maxAttempts = job.policy.maximumAttempts
        deliveries = job.deliveries
        maxDeliveries = job.policy.maximumDeliveries
        result = try job.result.map { try JSONValue(parsing: $0) }
        confidence = job.confidence
        confidenceThreshold = job.policy.confidenceThreshold
        confidenceParts = try job.parts.map { try JSONValue(parsing: $0) }
        errors = job.errors.map(ErrorEntry.init)
        progress = try job.progress.map { try JSONValue(parsing: $0) }
        escalation = job.escalation
        review = job.review
        guidance = job.guidance
        cause = job.cause
        operationID = job.flow
        parents = job.parents
        worker = job.owner
        cancelling = job.isCancelling
        createdAt = Timestamp(job.createdMilliseconds)
        startedAt = Timestamp(job.beganMilliseconds)
        endedAt = Timestamp(job.endedMilliseconds)
    }
}
