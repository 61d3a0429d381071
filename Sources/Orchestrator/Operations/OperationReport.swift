package import JobModel
import JobQueue
import LanguageModel

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

    /// Which plan the operation is held to.
    package struct PlanIdentity: Codable, Sendable, Hashable {
        package var template: String
        package var version: Int
        package var hash: String
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
    /// What the score is of; nil in reports of versions that did not tell it.
    package var confidence: OperationConfidence?
    package var plan: PlanIdentity?
    package var planning: PlanningReport?
    package var answer: AnswerRecord?
    /// What the verification agent found; nil before it was asked.
    package var verification: VerificationVerdict?
    package var requiresHuman: Bool
    package var executionTimeMs: Double
    package var tokenUsage: Int
    package var metadata: JSONValue?
    package var createdAt: String
    package var escalations: [String]

    enum CodingKeys: String, CodingKey {
        case status, result, error, metadata, escalations, confidence, plan, planning, answer, verification
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
        try container.encodeIfPresent(confidence, forKey: .confidence)
        try container.encodeIfPresent(plan, forKey: .plan)
        try container.encodeIfPresent(planning, forKey: .planning)
        try container.encodeIfPresent(answer, forKey: .answer)
        try container.encodeIfPresent(verification, forKey: .verification)
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
        let confidence = OperationConfidence(record, steps: steps)
        self.confidence = confidence
        confidenceScore = confidence.score
        plan = record.plan.map { plan in
            PlanIdentity(template: plan.template, version: plan.version, hash: record.planHash ?? "")
        }
        escalations = steps.compactMap { $0?.state == .escalated ? $0?.escalation : nil }
        requiresHuman = record.requiresHuman || !escalations.isEmpty
        executionTimeMs = Double((record.endedMilliseconds ?? nowMilliseconds) - record.createdMilliseconds)
        planning = record.planning.map(PlanningReport.init)
        answer = record.planning?.answer
        verification = record.currentVerification?.verdict
        // What the API reported, or a real tokenizer counted; estimates stand in `planning`, labelled.
        tokenUsage = record.planning?.tokens.usage ?? 0
        metadata = record.request.metadata
        createdAt = Date(timeIntervalSince1970: Double(record.createdMilliseconds) / 1000).formatted(.iso8601)
    }
}

extension OperationConfidence {
    /// The confidence of an operation whose steps have come this far.
    init(_ record: OperationRecord, steps: [JobSnapshot?]) {
        guard let plan = record.plan else {
            self.init(plan: Plan(template: "", version: 0, steps: [], checks: []), sources: [:])
            return
        }
        var sources: [String: Source] = [:]
        for (step, job) in zip(plan.steps, steps) {
            guard let job, job.state == .completed else { continue }
            sources[step.name] = Source(
                confidence: job.confidence ?? 1,
                isApproved: job.review == "approved" || job.review == "overridden",
                isVerified: record.verifiedSteps.contains(step.name),
                parts: job.parts.flatMap { try? JSONCoding.decode([ConfidencePart].self, from: $0) } ?? []
            )
        }
        self.init(plan: plan, sources: sources, verification: record.currentVerification?.verdict.confidence)
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
