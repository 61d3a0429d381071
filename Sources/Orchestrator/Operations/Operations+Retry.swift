package import JobModel
import JobQueue

extension Operations {
    /// Runs a failed operation again from its failed steps; what has completed keeps its evidence.
    ///
    /// The retry is durable when this returns: it is a job of the orchestrators. Called twice for one failure, it is
    /// one retry. Returns `nil` when there is no such operation.
    ///
    /// - Throws: ``OrchestratorError`` `conflict` with why, when there is nothing to run again.
    package func retry(_ id: JobID) async throws -> OperationReport? {
        guard let record = try await record(id) else { return nil }
        guard record.state == .failed else {
            throw OrchestratorError(
                .conflict,
                "the operation is \(record.state.rawValue), and only a failed one is retried"
            )
        }
        guard record.plan != nil else {
            throw OrchestratorError(.conflict, "the request could not be planned: decide its escalation with retry")
        }
        guard try await queue.jobs(record.stepJobs).contains(where: { $0?.state != .completed }) else {
            throw OrchestratorError(.conflict, "every step has completed: create a new operation")
        }
        let job = NewJob(
            queue: Self.orchestratorQueue,
            action: RetryOperation.name,
            input: Array(#"{"since":\#(record.sinceMilliseconds)}"#.utf8),
            policy: Self.policy(lane: .high),
            id: JobID(trusted: "\(id):retry-\(record.sinceMilliseconds)")
        )
        _ = try await queue.enqueue(job)
        return try await report(id)
    }
}
