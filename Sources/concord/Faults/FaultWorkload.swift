import Foundation
import JobModel
import JobQueue
import Logging
import Orchestrator

/// What flows through the system while processes die.
enum FaultWorkload {
    static let queue: QueueName = "faults"
    static let type = "fault_plan"

    /// Two parallel branches, a join, a step that is never sure of itself, and one behind it.
    static let template = """
        operation_type: fault_plan
        version: 1
        parameters:
          milliseconds: { type: integer, minimum: 0, maximum: 10000, default: 10 }
        steps:
          - { id: first, worker: faults, action: unit, parameters: { milliseconds: $milliseconds } }
          - { id: left, worker: faults, action: unit, after: [first], parameters: { milliseconds: $milliseconds, after: "#first.milliseconds" } }
          - { id: right, worker: faults, action: unit, after: [first], parameters: { milliseconds: $milliseconds } }
          - { id: join, worker: faults, action: unit, after: [left, right], parameters: { milliseconds: $milliseconds, after: "#left.milliseconds" } }
          - { id: doubt, worker: faults, action: unit, after: [join], parameters: { milliseconds: $milliseconds, confidence: 0.3 } }
          - { id: last, worker: faults, action: unit, after: [doubt], parameters: { milliseconds: $milliseconds, after: "#doubt.milliseconds" } }
        checks:
          - { says: the last step saw what the first did, left: "#last.milliseconds", right: "#first.milliseconds" }
        """

    static func operations(on queue: JobQueue, logger: Logger) throws -> Operations {
        var templates = try PlanTemplates(
            types: ["county": { $0 }, "dataset": { $0 }, "roll": { $0 }, "validation_level": { $0 }],
            threshold: 0.7
        )
        try templates.add(yaml: template)
        return Operations(
            queue: queue,
            templates: templates,
            actions: ActionCatalog([self.queue: [Unit.described]]),
            logger: logger
        )
    }

    static func configuration(_ redisURL: String) -> JobQueueConfiguration {
        JobQueueConfiguration(
            redisURL: redisURL,
            namespace: "faults",
            lease: .seconds(1),
            enqueueDeadline: .seconds(60)
        )
    }

    /// Crashes cost no attempt and are many here: only errors may end a job.
    static func job(_ number: Int, averageMilliseconds: Int) -> NewJob {
        NewJob(
            queue: queue,
            action: Unit.name,
            input: Array(#"{"milliseconds":\#(number % 21 * averageMilliseconds / 10)}"#.utf8),
            policy: JobPolicy(retention: .seconds(7200), maximumDeliveries: 1000)
        )
    }
}

/// Takes a little while, and leaves a line in a file each time it runs.
struct Unit: Action {
    static let name = "unit"
    let log: ExecutionLog

    struct Parameters: Decodable {
        var milliseconds: Int
        var confidence: Double?
        var after: Int?
    }

    struct Result: Encodable {
        var milliseconds: Int
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try log.append("\(context.id) \(context.fence)\n")
        try await Task.sleep(for: .milliseconds(parameters.milliseconds))
        return .completed(Result(milliseconds: parameters.milliseconds), confidence: parameters.confidence ?? 1)
    }
}

/// A file that several processes append to, a line at a time.
struct ExecutionLog: Sendable {
    let path: String

    func append(_ line: String) throws {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        guard descriptor >= 0 else { throw BenchError(message: "cannot open the execution log") }
        defer { close(descriptor) }
        let bytes = Array(line.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw BenchError(message: "cannot write the execution log")
        }
    }

    /// How often each job's action began.
    func executions() throws -> [String: Int] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        var counts: [String: Int] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            counts[String(line.prefix { $0 != " " }), default: 0] += 1
        }
        return counts
    }
}
