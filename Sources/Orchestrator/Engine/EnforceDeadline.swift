import JobModel
import JobQueue
import Logging

/// Ends an operation whose time is up.
///
/// The time that people take does not count: while the operation waits for one, it looks again later.
struct EnforceDeadline: Action {
    static let name = "deadline"
    let operations: Operations

    typealias Parameters = [String: JSONValue]

    struct Result: Codable {
        var state: String
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let id = JobID(trusted: String(context.id.partitionKey))
        guard let record = try await operations.record(id) else {
            return .completed(Result(state: "unknown"), confidence: 1)
        }
        if record.state == .escalating {
            let round = (parameters["round"]?.int ?? 0) + 1
            let again = NewJob(
                queue: Operations.orchestratorQueue,
                action: Self.name,
                input: Array(#"{"round":\#(round)}"#.utf8),
                policy: Operations.policy(lane: .high),
                delay: .seconds(30),
                id: JobID(trusted: "\(id):deadline-\(round)")
            )
            _ = try await operations.queue.enqueue(again)
            return .completed(Result(state: record.state.rawValue), confidence: 1)
        }
        if !record.state.isTerminal {
            let error = "timed out: not done within \(record.request.timeoutSeconds) s"
            if try await operations.move(id, to: .failed, error: error)?.state == .failed {
                try await operations.stopSteps(of: id)
                context.logger.info("operation timed out", metadata: ["operation.id": "\(id)"])
            }
        }
        return .completed(Result(state: record.state.rawValue), confidence: 1)
    }
}
