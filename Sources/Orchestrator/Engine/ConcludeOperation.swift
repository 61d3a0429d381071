import JobModel
import JobQueue
import Logging

/// Ends an operation whose steps have all ended: checks what they left, and completes, fails or asks a person.
struct ConcludeOperation: Action {
    static let name = "conclude"
    let operations: Operations

    typealias Parameters = [String: JSONValue]

    /// What was found.
    struct Result: Codable {
        var failedSteps: [String]
        var failedChecks: [String]
        var answer: AnswerRecord?
        /// Whether the verification agent was asked, and a later pass goes on.
        var isWaiting: Bool?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let id = JobID(trusted: String(context.id.partitionKey))
        guard let record = try await operations.record(id), let plan = record.plan else {
            throw JobFailure("unknown_operation", "operation \(id) has no plan on record")
        }
        guard !record.state.isTerminal else {
            try await operations.storeReport(id)
            return .completed(Result(failedSteps: [], failedChecks: []), confidence: 1)
        }
        if let run = parameters["run"]?.int, run != record.startedMilliseconds {
            // A pass of a run that was retried meanwhile.
            return .completed(Result(failedSteps: [], failedChecks: []), confidence: 1)
        }
        let verifier = OperationVerifier(operations: operations, record: record, pass: parameters["pass"]?.int ?? 0)
        // Delivered again after another pass went on: moving the operation would take it from the person who is asked.
        guard !verifier.isSuperseded else {
            return .completed(Result(failedSteps: [], failedChecks: []), confidence: 1)
        }
        let jobs = try await operations.queue.jobs(record.stepJobs)
        let failed = zip(plan.steps, jobs).filter { $1?.state != .completed }
        // A branch that a join could do without is no failure: what counts is that every last step has completed.
        if failed.contains(where: { plan.lastSteps.contains($0.0.name) }),
            let (step, job) = failed.first(where: { $1?.cause != "upstream" }) ?? failed.first
        {
            try await operations.move(id, to: .failed, error: Self.explanation(step, job))
            return .completed(Result(failedSteps: failed.map(\.0.name), failedChecks: []), confidence: 1)
        }
        try await operations.move(id, to: .executing)
        try await operations.move(id, to: .validating)
        let found = try await OperationValidation(plan, jobs, actions: operations.actions())
        var broken = record.request.requireValidation ? found.broken : []
        var verification: RecordedVerification?
        if broken.isEmpty {
            guard case .decided(let recorded) = try await verifier.consult() else {
                return .completed(Result(failedSteps: [], failedChecks: [], isWaiting: true), confidence: 1)
            }
            verification = recorded
        }
        guard let validated = try await keep(found, verification, of: id, pass: verifier.pass) else {
            return .completed(Result(failedSteps: [], failedChecks: []), confidence: 1)
        }
        let confidence = OperationConfidence(validated, steps: jobs)
        if let verdict = verification?.verdict, verdict.status == .refuted {
            broken = verdict.refutedClaims.map { "refuted by the verification: \($0)" }
            let basis = "\(verdict.verified) of \(verdict.verified + verdict.refuted) checked claims hold"
            return .completed(
                Result(failedSteps: [], failedChecks: broken),
                confidence: verdict.confidence ?? 0,
                parts: [ConfidencePart("verification", verdict.confidence ?? 0, basis: basis)],
                review: .validationFailed
            )
        }
        guard broken.isEmpty else {
            // The operation waits in `escalating`; the watcher ends it by what the reviewer decides of this job.
            let basis = "\(broken.count) of \(found.count) checks do not hold"
            return .completed(
                Result(failedSteps: [], failedChecks: broken),
                confidence: 0,
                parts: [ConfidencePart("checks", 0, basis: basis)],
                review: .validationFailed
            )
        }
        if let answer = try await OperationAnswer(operations: operations).find(
            validated,
            jobs,
            guidance: context.guidance
        ),
            !answer.doubts.isEmpty
        {
            return .completed(
                Result(failedSteps: [], failedChecks: [], answer: answer),
                confidence: 0,
                parts: [ConfidencePart("answer", 0, basis: answer.doubts.joined(separator: "; "))],
                review: .lowConfidence
            )
        }
        if let threshold = plan.threshold, confidence.score < threshold {
            let weakest = confidence.weakest.map { ", the weakest is \($0.step) with \($0.confidence)" } ?? ""
            let basis = "the product over \(confidence.steps.count) steps is below \(threshold)\(weakest)"
            return .completed(
                Result(failedSteps: [], failedChecks: []),
                confidence: confidence.score,
                parts: [ConfidencePart("operation_score", confidence.score, basis: basis)],
                review: .lowConfidence
            )
        }
        try await operations.move(id, to: .completed)
        return .completed(Result(failedSteps: [], failedChecks: []), confidence: 1)
    }

    /// Stores which steps are verified, so that the report counts them as certain.
    ///
    /// `nil` when the operation has ended, or another pass has recorded a verdict, meanwhile.
    private func keep(
        _ validation: OperationValidation,
        _ verification: RecordedVerification?,
        of id: JobID,
        pass: Int
    ) async throws -> OperationRecord? {
        var fields = [("verified", validation.verified.sorted().joined(separator: " "))]
        if let verification {
            fields.append(("verification", String(decoding: try JSONCoding.encode(verification), as: UTF8.self)))
        }
        for _ in 0..<50 {
            guard let record = try await operations.record(id), !record.state.isTerminal else { return nil }
            // The write names the version that was read here, so that of two passes only one records.
            guard !OperationVerifier(operations: operations, record: record, pass: pass).isSuperseded else {
                return nil
            }
            if try await operations.write(record, record.state, fields) { return try await operations.record(id) }
        }
        throw OrchestratorError(.contention, "operation \(id) keeps changing")
    }

    private static func explanation(_ step: Plan.Step, _ job: JobSnapshot?) -> String {
        let name = "step \(step.name) (\(step.worker).\(step.action)\(step.branch.isEmpty ? "" : ", \(step.branch)"))"
        guard let job else { return "\(name) has no record" }
        if job.cause == "rejected" { return "\(name) was rejected by a reviewer" }
        if let failure = job.errors.last?.failure { return "\(name): \(failure)" }
        return "\(name) ended as \(job.state.rawValue)\(job.cause.map { " (\($0))" } ?? "")"
    }
}
