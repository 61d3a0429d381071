import Logging
import RedisClient

/// Runs the action of one claimed job and says what is to be recorded.
struct JobRunner: Sendable {
    let actions: [String: ErasedAction]
    let running: RunningJobs
    let partition: PartitionClient
    let maximumResultBytes: Int
    let logger: Logger

    /// Runs the job; `nil` when its lease was lost, so that nothing is to be recorded.
    func run(_ job: ClaimedJob) async -> Settlement? {
        let context = JobContext(
            id: job.id,
            queue: job.line.queue,
            action: job.line.action,
            attempt: job.attempt,
            delivery: job.delivery,
            fence: job.fence,
            flow: job.flow,
            guidance: job.guidance,
            policy: job.line.policy,
            logger: logger
        ) { [running] in running.report($0, of: job.id, fence: job.fence) }
        let verdict: Settlement.Verdict
        do {
            var outcome = try await perform(job, context)
            if outcome.review == nil, AuditSampling.includes(job.id, rate: job.line.policy.auditRate) {
                outcome.review = .auditSample
            }
            verdict = .completed(outcome)
        } catch {
            verdict = .failed(Self.failure(error), random: Double.random(in: 0..<1))
        }
        switch (running.returned(job.id, fence: job.fence), verdict) {
        case (.lost, _):
            context.logger.warning("lease lost while the action ran; its outcome is dropped")
            return nil
        case (.cancelled, .failed): return settlement(job, .cancelled)
        case (.shutdown, .failed): return settlement(job, .released)
        case (.overdue, .failed):
            let failure = JobFailure(
                "timed_out",
                "the time limit of \(job.line.policy.timeout ?? .zero) has passed",
                isRetryable: true
            )
            return settlement(job, .failed(failure, random: Double.random(in: 0..<1)))
        case (_, .failed(let failure, _)):
            context.logger.info("attempt failed", metadata: ["error": "\(failure)"])
            return settlement(job, verdict)
        case (_, _): return settlement(job, verdict)
        }
    }

    private func settlement(_ job: ClaimedJob, _ verdict: Settlement.Verdict) -> Settlement {
        Settlement(id: job.id, fence: job.fence, verdict: verdict)
    }

    private func perform(_ job: ClaimedJob, _ context: JobContext) async throws -> EncodedOutcome {
        guard let action = actions[job.line.action] else {
            // Another version of the worker may know it: the job is tried again, and kept as a dead letter at the end.
            let known = actions.keys.sorted().joined(separator: ", ")
            throw JobFailure(
                "unknown_action",
                "this worker has no action \(job.line.action); it has \(known)",
                field: "action",
                isRetryable: true
            )
        }
        let input = job.flow == nil ? job.input : try await resolved(job)
        let outcome = try await action.run(input, context)
        guard outcome.result.count <= maximumResultBytes else {
            throw JobFailure(
                "result_too_large",
                "the result has \(outcome.result.count) bytes, the limit is \(maximumResultBytes); return a reference to a file or table",
                field: "result"
            )
        }
        return outcome
    }

    /// The job's input with its references to earlier steps' results replaced by their values.
    private func resolved(_ job: ClaimedJob) async throws -> [UInt8] {
        guard let flow = job.flow, job.input.contains(UInt8(ascii: "#")) else { return job.input }
        let input = try JSONValue(parsing: job.input)
        let names = Set(input.references.map(\.evidence)).sorted()
        var evidence: [String: JSONValue] = [:]
        for name in names {
            let key = partition.key(job: JobID(trusted: "\(flow.rawValue):\(name)"))
            let reply = try await partition.send(RedisCommand("HMGET", key, "state", "result"))
            guard reply[0].string == JobState.completed.rawValue, let result = reply[1].bytes else {
                throw JobFailure(
                    "unresolved_reference",
                    "#\(name) has no result: the step is \(reply[0].string ?? "unknown")",
                    field: "#\(name)"
                )
            }
            evidence[name] = try JSONValue(parsing: result)
        }
        return Array(try input.resolving(evidence).encoded.utf8)
    }

    private static func failure(_ error: any Error) -> JobFailure {
        switch error {
        case let failure as JobFailure: failure
        case is CancellationError: JobFailure("cancelled", "the action was cancelled", isRetryable: true)
        default: JobFailure(String(describing: type(of: error)), String(describing: error), isRetryable: true)
        }
    }
}
