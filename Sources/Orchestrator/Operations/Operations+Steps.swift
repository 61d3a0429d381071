import JobModel
import JobQueue

extension Operations {
    /// A minute and a half of waits in all: a database or a source that is restarted costs an operation nothing.
    private static let stepAttempts = 8
    private static let stepBackoff = Backoff(base: .seconds(1), factor: 2, cap: .seconds(30), jitter: 0.2)

    /// Enqueues the steps of a plan as one flow that has the operation's id; steps that are there already stay.
    func start(_ plan: Plan, of record: OperationRecord) async throws {
        try await queue.enqueue(Self.flow(record, plan))
        if try await self.record(record.id)?.state.isTerminal == true {
            // Cancelled or out of time between the plan and its steps: whoever ended it found no steps to stop.
            try await stopSteps(of: record.id)
        }
    }

    /// Cancels everything of an operation that has not ended.
    func stopSteps(of id: JobID) async throws(JobQueueError) {
        _ = try await queue.cancel(JobID(trusted: "\(id):plan"))
        try await queue.cancelFlow(id)
    }

    private static func flow(_ record: OperationRecord, _ plan: Plan) throws -> NewFlow {
        var steps: [NewFlow.Step] = []
        for step in plan.steps {
            guard let queue = QueueName(rawValue: step.worker) else {
                throw JobFailure("unknown_worker", "\(step.worker) is no name of a queue", field: step.name)
            }
            let job = NewJob(
                queue: queue,
                action: step.action,
                input: Array(try JSONCoding.encode(step.parameters)),
                policy: JobPolicy(
                    lane: record.request.lane,
                    confidenceThreshold: step.threshold,
                    retention: Self.retention,
                    maximumAttempts: Self.stepAttempts,
                    backoff: Self.stepBackoff,
                    timeout: step.timeoutSeconds.map { .seconds($0) },
                    auditRate: step.auditRate
                )
            )
            let fanIn: FanIn = step.need == step.after.count ? .all : .atLeast(step.need)
            steps.append(NewFlow.Step(step.name, job, after: step.after, fanIn: fanIn))
        }
        return NewFlow(
            id: record.id,
            steps: steps,
            retention: Self.retention,
            whenSettled: NewJob(
                queue: Self.orchestratorQueue,
                action: ConcludeOperation.name,
                input: Array("{}".utf8),
                policy: Self.policy(lane: .high),
                id: JobID(trusted: "\(record.id):settled")
            )
        )
    }
}
