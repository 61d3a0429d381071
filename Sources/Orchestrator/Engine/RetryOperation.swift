import JobModel
import JobQueue
import Logging

/// Runs a failed operation again from its failed steps.
///
/// Safe to run twice: the move names the version that the retry was asked on, and the flow refuses while it runs.
struct RetryOperation: Action {
    static let name = "retry"
    let operations: Operations

    struct Parameters: Codable {
        /// The version of the failed operation.
        var version: Int
    }

    struct Result: Codable {
        var steps: Int
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let id = JobID(trusted: String(context.id.partitionKey))
        guard let record = try await operations.record(id) else {
            throw JobFailure("unknown_operation", "operation \(id) has no record any more")
        }
        if record.state == .failed, record.version == parameters.version {
            let fields = [("error", ""), ("requires-human", "0"), ("report", ""), ("retried", "\(parameters.version)")]
            guard try await operations.write(record, .executing, fields) else {
                throw JobFailure("contention", "the operation changed while it was retried", isRetryable: true)
            }
        } else if record.state != .executing || record.retriedVersion != parameters.version {
            // Another retry came first, or it has ended since.
            return .completed(Result(steps: 0), confidence: 1)
        }
        let steps: Int
        do throws(JobQueueError) {
            steps = try await operations.queue.retryFlow(id)
        } catch {
            // An earlier run of this job may have died after it had set the steps going.
            guard error.code == .conflict else { throw error }
            steps = 0
        }
        try await operations.scheduleDeadline(of: id, series: "r\(parameters.version)")
        context.logger.info("operation retried", metadata: ["operation.id": "\(id)", "steps": "\(steps)"])
        return .completed(Result(steps: steps), confidence: 1)
    }
}
