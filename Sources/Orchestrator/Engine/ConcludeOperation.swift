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
        let jobs = try await operations.queue.jobs(record.stepJobs)
        let failed = zip(plan.steps, jobs).filter { $1?.state != .completed }
        if let (step, job) = failed.first(where: { $1?.cause != "upstream" }) ?? failed.first {
            try await operations.move(id, to: .failed, error: Self.explanation(step, job))
            return .completed(Result(failedSteps: failed.map(\.0.name), failedChecks: []), confidence: 1)
        }
        try await operations.move(id, to: .executing)
        try await operations.move(id, to: .validating)
        let broken = record.request.requireValidation ? try Self.broken(plan, jobs) : []
        guard broken.isEmpty else {
            // The operation waits in `escalating`; the watcher ends it by what the reviewer decides of this job.
            return .completed(
                Result(failedSteps: [], failedChecks: broken),
                confidence: 0,
                parts: [
                    ConfidencePart("post_conditions", 0, basis: "\(broken.count) of \(plan.checks.count) do not hold")
                ],
                review: .validationFailed
            )
        }
        try await operations.move(id, to: .completed)
        return .completed(Result(failedSteps: [], failedChecks: []), confidence: 1)
    }

    private static func explanation(_ step: Plan.Step, _ job: JobSnapshot?) -> String {
        let name = "step \(step.name) (\(step.worker).\(step.action)\(step.branch.isEmpty ? "" : ", \(step.branch)"))"
        guard let job else { return "\(name) has no record" }
        if job.cause == "rejected" { return "\(name) was rejected by a reviewer" }
        if let failure = job.errors.last?.failure { return "\(name): \(failure)" }
        return "\(name) ended as \(job.state.rawValue)\(job.cause.map { " (\($0))" } ?? "")"
    }

    /// The post-conditions that do not hold.
    private static func broken(_ plan: Plan, _ jobs: [JobSnapshot?]) throws -> [String] {
        var evidence: [String: JSONValue] = [:]
        for (step, job) in zip(plan.steps, jobs) {
            if let result = job?.result { evidence[step.name] = try JSONValue(parsing: result) }
        }
        return plan.checks.compactMap { check in
            let name = check.branch.isEmpty ? check.says : "\(check.branch): \(check.says)"
            do throws(JobFailure) {
                let left = try check.left.resolving(evidence)
                let right = try check.right.resolving(evidence)
                return left == right ? nil : name
            } catch {
                return "\(name) (\(error.message))"
            }
        }
    }
}
