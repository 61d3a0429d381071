package import JobModel
package import JobQueue

/// One escalation with everything that a reviewer decides by.
package struct EscalationDetail: Encodable {
    /// A job whose result the escalated one started from.
    package struct Evidence: Encodable {
        /// Its name in the operation's plan.
        @ExplicitNull package var step: String?
        /// The job.
        package let jobID: JobID
        /// Its queue.
        package let queue: QueueName
        /// Its action.
        package let action: String
        /// Its state.
        package let state: JobState
        /// Its result.
        @ExplicitNull package var result: JSONValue?
        /// The confidence of its result.
        @ExplicitNull package var confidence: Double?
        @ExplicitNull var confidenceParts: JSONValue?
        @ExplicitNull var review: String?

        enum CodingKeys: String, CodingKey {
            case step, queue, action, state, result, confidence, review
            case jobID = "job_id"
            case confidenceParts = "confidence_parts"
        }

        /// - Throws: when the record holds text that is no JSON.
        init(_ job: JobSnapshot) throws {
            step = job.id.step
            jobID = job.id
            queue = job.queue
            action = job.action
            state = job.state
            result = try job.result.map { try JSONValue(parsing: $0) }
            confidence = job.confidence
            confidenceParts = try job.parts.map { try JSONValue(parsing: $0) }
            review = job.review
        }
    }

    /// A job that waits for the escalated one.
    package struct Dependent: Encodable {
        /// Its name in the operation's plan.
        @ExplicitNull package var step: String?
        /// The job.
        package let jobID: JobID
        /// Its queue.
        package let queue: QueueName
        /// Its action.
        package let action: String
        /// Whether approval makes it ready at once; otherwise it waits for others too.
        package let ready: Bool

        enum CodingKeys: String, CodingKey {
            case step, queue, action, ready
            case jobID = "job_id"
        }
    }

    let report: EscalationReport
    /// What the action says of its result; `nil` where nobody has described it.
    package let resultSchema: JSONSchema?
    /// The escalated job; `nil` when its record is gone.
    package let job: JobSnapshot?
    /// What the escalated job started from.
    package let evidence: [Evidence]
    /// What waits for it.
    package let releases: [Dependent]

    private enum CodingKeys: String, CodingKey {
        case parameters, result, attempts, deliveries, errors, guidance, evidence, releases
        case confidenceParts = "confidence_parts"
        case jobState = "job_state"
        case resultSchema = "result_schema"
    }

    package func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(job?.state, forKey: .jobState)
        try container.encode(try job.map { try JSONValue(parsing: $0.input) }, forKey: .parameters)
        try container.encode(try job?.result.map { try JSONValue(parsing: $0) }, forKey: .result)
        try container.encode(resultSchema, forKey: .resultSchema)
        try container.encode(try job?.parts.map { try JSONValue(parsing: $0) }, forKey: .confidenceParts)
        try container.encode(job?.attempts, forKey: .attempts)
        try container.encode(job?.deliveries, forKey: .deliveries)
        try container.encode((job?.errors ?? []).map(JobReport.ErrorEntry.init), forKey: .errors)
        try container.encode(job?.guidance, forKey: .guidance)
        try container.encode(evidence, forKey: .evidence)
        try container.encode(releases, forKey: .releases)
    }
}
