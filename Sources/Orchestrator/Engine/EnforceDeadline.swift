import JobModel
import JobQueue
import Logging

/// Ends an operation whose time is up.
///
/// The time that people take does not count: the function that moves an operation adds it up on the server's clock, and
/// a deadline that comes early for it is set anew.
struct EnforceDeadline: Action {
    static let name = "deadline"
    let operations: Operations

    struct Parameters: Codable {
        /// How often it was set anew.
        var round: Int?
        /// Tells the deadlines of a retried operation from those of its first run.
        var series: String?
    }

    struct Result: Codable {
        var state: String
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let id = JobID(trusted: String(context.id.partitionKey))
        guard let record = try await operations.record(id) else {
            return .completed(Result(state: "unknown"), confidence: 1)
        }
        guard !record.state.isTerminal else { return .completed(Result(state: record.state.rawValue), confidence: 1) }
        let now = try await operations.queue.serverMilliseconds(operations.queue.partition(of: id))
        let remaining = record.remainingMilliseconds(at: now)
        if remaining > 0 {
            try await operations.scheduleDeadline(
                of: id,
                series: parameters.series ?? "",
                round: (parameters.round ?? 0) + 1,
                // While a person is asked, the remaining time stands still.
                delay: .milliseconds(record.state == .escalating ? max(remaining, 5_000) : remaining)
            )
            return .completed(Result(state: record.state.rawValue), confidence: 1)
        }
        let error = "timed out: not done within \(record.request.timeoutSeconds) s"
        let moved = try await operations.move(id, to: .failed, error: error)
        if moved?.state == .failed {
            try await operations.stopSteps(of: id)
            context.logger.info("operation timed out", metadata: ["operation.id": "\(id)"])
        }
        return .completed(Result(state: moved?.state.rawValue ?? "unknown"), confidence: 1)
    }
}

extension Operations {
    /// Has an orchestrator look at the operation's time after a delay; by default, after the whole time it is given.
    func scheduleDeadline(of id: JobID, series: String, round: Int = 0, delay: Duration? = nil) async throws {
        guard let record = try await record(id) else { return }
        let parameters = EnforceDeadline.Parameters(round: round, series: series)
        let job = NewJob(
            queue: Self.orchestratorQueue,
            action: EnforceDeadline.name,
            input: Array(try JSONCoding.encode(parameters)),
            policy: Self.policy(lane: .high),
            delay: delay ?? .seconds(record.request.timeoutSeconds),
            id: JobID(trusted: "\(id):deadline-\(series)\(round)")
        )
        _ = try await queue.enqueue(job)
    }
}
