import JobModel
import JobQueue
import Logging

/// Makes the plan of an operation and enqueues its steps.
///
/// Safe to run twice: the plan is pinned with the move to `executing`, and the flow has the operation's id.
struct PlanOperation: Action {
    static let name = "plan"
    let operations: Operations

    /// Parameters in place of the request's, from a reviewer's retry; empty otherwise.
    typealias Parameters = [String: JSONValue]

    struct Result: Codable {
        var steps: Int
        var plan: String?
        var error: JobFailure?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let id = JobID(trusted: String(context.id.partitionKey))
        guard var record = try await operations.record(id) else {
            throw JobFailure("unknown_operation", "operation \(id) has no record any more")
        }
        if record.state == .failed, record.plan == nil, record.requiresHuman, parameters.isEmpty {
            // The process that refused the request died before it could say so: the reviewer must still be asked.
            return Self.refusal(JobFailure("impossible_request", record.error ?? "the request cannot be planned"))
        }
        if record.state == .failed, record.plan == nil, !parameters.isEmpty {
            guard
                let revived = try await operations.move(
                    id,
                    to: .planning,
                    error: "",
                    requiresHuman: false,
                    revives: true
                )
            else {
                throw JobFailure("unknown_operation", "operation \(id) has no record any more")
            }
            record = revived
        }
        if record.state == .planning {
            if !parameters.isEmpty, case .object(let given) = record.request.parameters {
                record.request.parameters = .object(given.merging(parameters) { _, new in new })
            }
            let plan: Plan
            do {
                plan = try await makePlan(of: record, guidance: context.guidance)
            } catch let failure as JobFailure {
                return try await refuse(id, failure)
            }
            // Planning by a language model stores what it does, so that the record has moved on.
            record.version = try await operations.record(id)?.version ?? record.version
            guard let planned = try await pin(plan, record) else {
                throw JobFailure("contention", "the operation changed while it was planned", isRetryable: true)
            }
            record = planned
        }
        guard record.state == .executing, let plan = try record.pinnedPlan() else {
            return .completed(Result(steps: 0), confidence: 1)
        }
        try await operations.start(plan, of: record)
        context.logger.info("operation planned", metadata: ["operation.id": "\(id)", "steps": "\(plan.steps.count)"])
        return .completed(Result(steps: plan.steps.count, plan: try plan.fingerprint), confidence: 1)
    }

    private func makePlan(of record: OperationRecord, guidance: String?) async throws -> Plan {
        guard let goal = record.request.goalToPlan else { return try await operations.preview(record.request) }
        let defects = PlanTemplate.customParameters.defects(in: record.request.parameters, at: "parameters")
        guard defects.isEmpty else { throw JobFailure(plan: defects) }
        return try await GoalPlanner(operations: operations).plan(record, goal: goal, guidance: guidance)
    }

    /// The request cannot be planned: the operation fails, and a person may retry it with other parameters.
    private func refuse(_ id: JobID, _ failure: JobFailure) async throws -> Outcome<Result> {
        try await operations.move(id, to: .failed, error: String(describing: failure), requiresHuman: true)
        return Self.refusal(failure)
    }

    private static func refusal(_ failure: JobFailure) -> Outcome<Result> {
        .completed(Result(steps: 0, error: failure), confidence: 0, review: .validationFailed)
    }

    private func pin(_ plan: Plan, _ record: OperationRecord) async throws -> OperationRecord? {
        let fields = [
            ("plan", String(decoding: try JSONCoding.encode(plan), as: UTF8.self)), ("plan-hash", try plan.fingerprint),
            ("request", String(decoding: try JSONCoding.encode(record.request), as: UTF8.self)),
        ]
        guard try await operations.write(record, .executing, fields) else { return nil }
        var record = record
        record.state = .executing
        record.version += 1
        record.plan = plan
        record.planHash = try plan.fingerprint
        return record
    }
}
