package import JobModel
import JobQueue

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the API answers about an operation.
package struct OperationReport: Codable, Sendable, Hashable {
    /// One step's part.
    package struct StepResult: Codable, Sendable, Hashable {
        package var step: Int
        package var name: String
        package var branch: String
        package var worker: String
        package var action: String
        package var status: String
        package var confidence: Double?
        package var confidenceParts: JSONValue?
        package var result: JSONValue?
        package var executionTimeMs: Double?
        package var attempts: Int
        package var deliveries: Int
        package var review: String?
        package var error: String?
        package var progress: JSONValue?

        enum CodingKeys: String, CodingKey {
            case step, name, branch, worker, action, status, confidence, result, attempts, deliveries, review, error,
                progress
            case confidenceParts = "confidence_parts"
            case executionTimeMs = "execution_time_ms"
        }
    }

    /// The steps' part.
    package struct Result: Codable, Sendable, Hashable {
        package var stepsExecuted: Int
        package var stepsSuccessful: Int
        package var stepsFailed: Int
        package var results: [StepResult]

        enum CodingKeys: String, CodingKey {
            case results
            case stepsExecuted = "steps_executed"
            case stepsSuccessful = "steps_successful"
            case stepsFailed = "steps_failed"
        }
    }

    package var operationId: String
    package var operationType: String
    package var status: String
    package var result: Result
    package var error: String?
    package var confidenceScore: Double
    package var requiresHuman: Bool
    package var executionTimeMs: Double
    package var tokenUsage: Int
    package var metadata: JSONValue?
    package var createdAt: String
    package var escalations: [String]

    enum CodingKeys: String, CodingKey {
        case status, result, error, metadata, escalations
        case operationId = "operation_id"
        case operationType = "operation_type"
        case confidenceScore = "confidence_score"
        case requiresHuman = "requires_human"
        case executionTimeMs = "execution_time_ms"
        case tokenUsage = "token_usage"
        case createdAt = "created_at"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(operationId, forKey: .operationId)
        try container.encode(operationType, forKey: .operationType)
        try container.encode(status, forKey: .status)
        try container.encode(result, forKey: .result)
        // Clients expect these two also where they are null.
        try container.encode(error, forKey: .error)
        try container.encode(confidenceScore, forKey: .confidenceScore)
        try container.encode(requiresHuman, forKey: .requiresHuman)
        try container.encode(executionTimeMs, forKey: .executionTimeMs)
        try container.encode(tokenUsage, forKey: .tokenUsage)
        try container.encode(metadata ?? .object([:]), forKey: .metadata)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(escalations, forKey: .escalations)
    }

    /// Whether the operation has ended, or waits for a person.
    ///
    /// A refused request has failed a moment before its escalation is on record: who waits gets both.
    package var isSettled: Bool {
        if status == OperationState.failed.rawValue, requiresHuman, escalations.isEmpty { return false }
        return OperationState(rawValue: status)?.isTerminal == true || status == OperationState.escalating.rawValue
    }
}

extension OperationReport {
    /// Composes the report from the operation's record and its steps' records.
    ///
    /// The score is the product of the confidences of the completed steps, those that a person approved counting 1;
    /// it is 0 while nothing has completed.
    init(_ record: OperationRecord, steps: [JobSnapshot?], nowMilliseconds: Int) {
        operationId = record.id.rawValue
        operationType = record.request.operationType
        status = record.state.rawValue
        var results: [StepResult] = []
        for (number, step) in (record.plan?.steps ?? []).enumerated() {
            let job = number < steps.count ? steps[number] : nil
            results.append(StepResult(number + 1, step, job))
        }
        let ended = results.filter {
            ["completed", "dead", "cancelled", "escalated"].contains($0.status) && $0.deliveries > 0
        }
        let successful = results.filter { $0.status == "completed" }
        result = Result(
            stepsExecuted: ended.count,
            stepsSuccessful: successful.count,
            stepsFailed: results.count { ["dead", "cancelled"].contains($0.status) },
            results: results
        )
        error = record.error
        confidenceScore =
            successful.isEmpty ? 0 : successful.reduce(1) { $0 * ($1.review == nil ? $1.confidence ?? 1 : 1) }
        escalations = steps.compactMap { $0?.state == .escalated ? $0?.escalation : nil }
        requiresHuman = record.requiresHuman || !escalations.isEmpty
        executionTimeMs = Double((record.endedMilliseconds ?? nowMilliseconds) - record.createdMilliseconds)
        // No language model is asked yet, so no token is spent.
        tokenUsage = 0
        metadata = record.request.metadata
        createdAt = Date(timeIntervalSince1970: Double(record.createdMilliseconds) / 1000).formatted(.iso8601)
    }
}

extension OperationReport.StepResult {
    fileprivate init(_ number: Int, _ step: Plan.Step, _ job: JobSnapshot?) {
        self.step = number
        name = step.name
        branch = step.branch
        worker = step.worker
        action = step.action
        status = job?.state.rawValue ?? "pending"
        confidence = job?.confidence
        confidenceParts = job?.parts.flatMap { try? JSONValue(parsing: $0) }
        result = job?.result.flatMap { try? JSONValue(parsing: $0) }
        if let began = job?.beganMilliseconds, let ended = job?.endedMilliseconds {
            executionTimeMs = Double(max(0, ended - began))
        }
        attempts = job.map { $0.attempts + ($0.state == .completed || $0.state == .escalated ? 1 : 0) } ?? 0
        deliveries = job?.deliveries ?? 0
        review = job?.review
        error = job?.errors.last.map { String(describing: $0.failure) }
        if error == nil, let job, job.state == .cancelled {
            error = job.cause == "upstream" ? "an earlier step did not complete" : job.cause.map { "cancelled: \($0)" }
        }
        progress = job?.state == .running ? job?.progress.flatMap { try? JSONValue(parsing: $0) } : nil
    }
}
