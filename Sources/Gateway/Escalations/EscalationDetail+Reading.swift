import JobModel
package import JobQueue
package import Orchestrator

extension EscalationDetail {
    /// Reads what stands around an escalation: its job, what that started from, and what waits for it.
    package init(_ escalation: EscalationSnapshot, from operations: Operations) async throws {
        report = EscalationReport(escalation)
        job = try await operations.queue.job(escalation.job)
        let catalog = try await operations.actions()
        resultSchema = catalog[escalation.queue.rawValue, escalation.action]?.result
        let operation = escalation.job.operation
        let record = if let operation { try await operations.record(operation) } else { OperationRecord?.none }
        let sources = Self.sources(of: escalation.job, job, record)
        evidence = try await operations.queue.jobs(sources).compactMap { try $0.map(Evidence.init) }
        releases =
            job?.state == .escalated ? try await Self.dependents(of: escalation.job, record, operations.queue) : []
    }

    /// The parents of a step; for the job that concludes an operation, all of its steps.
    private static func sources(of id: JobID, _ job: JobSnapshot?, _ record: OperationRecord?) -> [JobID] {
        guard let parents = job?.parents, parents.isEmpty, let record, let step = id.step else {
            return job?.parents ?? []
        }
        return record.plan?.steps.contains { $0.name == step } == true ? [] : record.stepJobs
    }

    private static func dependents(
        of id: JobID,
        _ record: OperationRecord?,
        _ queue: JobQueue
    ) async throws -> [Dependent] {
        guard let record, let plan = record.plan, let name = id.step else { return [] }
        let waiting = plan.steps.filter { $0.after.contains(name) }
        guard !waiting.isEmpty else { return [] }
        let states = zip(plan.steps, try await queue.jobs(record.stepJobs)).map { ($0.name, $1?.state) }
        let state = Dictionary(states) { first, _ in first }
        return waiting.filter { state[$0.name] == .waiting }.map { step in
            let met = step.after.count { state[$0] == .completed }
            return Dependent(
                step: step.name,
                jobID: JobID(trusted: "\(record.id):\(step.name)"),
                queue: QueueName(trusted: step.worker),
                action: step.action,
                ready: met + 1 >= step.need
            )
        }
    }
}
