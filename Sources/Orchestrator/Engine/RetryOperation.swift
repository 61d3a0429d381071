import JobModel
import JobQueue
import Logging

/// Runs a failed operation again from its failed steps.
///
/// It waits until the failed run is over, whose end would otherwise be taken for the new one's. Safe to run twice: the
/// move and the flow know the retry by the failure that it is for.
struct RetryOperation: Action {
    static let name = "retry"
    let operations: Operations

    struct Parameters: Codable {
        /// When the operation failed: the failure that the retry is for.
        var since: Int
    }

    struct Result: Codable {
        var steps: Int
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let id = JobID(trusted: String(context.id.partitionKey))
        guard let record = try await operations.record(id) else {
            throw JobFailure("unknown_operation", "operation \(id) has no record any more")
        }
        if record.state == .failed, record.sinceMilliseconds == parameters.since {
            let settling = try await operations.queue.job(JobID(trusted: "\(id):settled"))
            guard settling.map({ $0.state.isTerminal }) != false else {
                throw JobFailure(
                    "still_ending",
                    "steps of the failed run are still being stopped",
                    isRetryable: true,
                    retryAfter: .milliseconds(200)
                )
            }
            let fields = [("error", ""), ("requires-human", "0"), ("retried", String(parameters.since))]
            guard try await operations.write(record, .executing, fields) else {
                throw JobFailure("contention", "the operation changed while it was retried", isRetryable: true)
            }
        } else if record.state != .executing || record.retriedFailure != parameters.since {
            // Another retry came first, or it has ended since.
            return .completed(Result(steps: 0), confidence: 1)
        }
        let steps = try await restart(record, failure: parameters.since)
        try await operations.scheduleDeadline(of: id, series: "r\(parameters.since)")
        context.logger.info("operation retried", metadata: ["operation.id": "\(id)", "steps": "\(steps)"])
        return .completed(Result(steps: steps), confidence: 1)
    }

    /// Sets the steps going again; those of an operation that ended before they were written, for the first time.
    private func restart(_ record: OperationRecord, failure: Int) async throws -> Int {
        do throws(JobQueueError) {
            return try await operations.queue.retryFlow(record.id, once: String(failure))
        } catch {
            guard error.code == .notFound, let plan = try record.pinnedPlan() else { throw error }
            try await operations.start(plan, of: record)
            return plan.steps.count
        }
    }
}
