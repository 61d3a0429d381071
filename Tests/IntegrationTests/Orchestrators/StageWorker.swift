import Foundation
import JobModel
import JobQueue
import Logging
import Orchestrator
import PrivateServers
import ServiceLifecycle
import Synchronization

/// An action that waits and answers as its parameters say, and counts how often it ran for which job.
struct Perform: Action {
    static let name = "perform"
    static let summary = "Waits, and answers with the confidence that it is told."
    static let parameterSchema: JSONSchema = .object([
        .optional("milliseconds", .integer("How long it takes.", minimum: 0)),
        .optional("confidence", .number("What it answers with.", minimum: 0, maximum: 1)),
        .optional("value", .any("What it hands on.")),
    ])
    static let resultSchema: JSONSchema = .object([.optional("value", .any("What it was handed."))])

    let runs: RunCounter

    struct Parameters: Decodable {
        var milliseconds: Int?
        var confidence: Double?
        var value: JSONValue?
    }

    struct Result: Encodable {
        var value: JSONValue?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try await Task.sleep(for: .milliseconds(parameters.milliseconds ?? 0))
        runs.count(context.id)
        return .completed(Result(value: parameters.value), confidence: parameters.confidence ?? 1)
    }
}

/// How often each job ran to its end.
final class RunCounter: Sendable {
    private let runs = Mutex<[JobID: Int]>([:])

    func count(_ id: JobID) { runs.withLock { $0[id, default: 0] += 1 } }

    func runs(of id: JobID) -> Int { runs.withLock { $0[id] ?? 0 } }
}

/// Workers of this process on the deployment's Redis, beside the orchestrators that are processes of their own.
struct Stage: Sendable {
    let queue: JobQueue
    let operations: Operations
    let runs: RunCounter

    static func with(
        _ deployment: Deployment,
        workers: [QueueName] = ["stage"],
        _ body: (Stage) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: deployment.redis.url, lease: .seconds(1)),
            logger: logger
        )
        let types = ["county", "dataset", "roll", "validation_level"].map {
            ($0, { $0 } as PlanTemplates.ParameterType)
        }
        let templates = try PlanTemplates(types: Dictionary(uniqueKeysWithValues: types), threshold: 0.7)
        let runs = RunCounter()
        let stage = Stage(
            queue: queue,
            operations: Operations(queue: queue, templates: templates, logger: logger),
            runs: runs
        )
        let services: [any Service] = workers.map { name in
            Worker(
                configuration: WorkerConfiguration(queue: name, concurrency: 32),
                actions: [Perform(runs: runs)],
                on: queue,
                logger: logger
            )
        }
        let group = ServiceGroup(services: services, logger: logger)
        let task = Task { try await group.run() }
        let result: Result<Void, any Error>
        do {
            for name in workers {
                while try await queue.registeredActions()[name] == nil { try await Task.sleep(for: .milliseconds(10)) }
            }
            try await body(stage)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await task.value
        await queue.close()
        try result.get()
    }

    /// Creates a custom operation of these steps (JSON).
    func create(_ steps: [String]) async throws -> JobID {
        let parameters = try JSONValue(parsing: #"{"steps":[\#(steps.joined(separator: ","))]}"#)
        return try await operations.create(OperationRequest(operationType: "custom", parameters: parameters)).id
    }

    static func step(
        _ id: String,
        _ parameters: String = "{}",
        after: [String] = [],
        worker: String = "stage"
    ) -> String {
        let after = after.map { "\"\($0)\"" }.joined(separator: ",")
        return
            #"{"id":"\#(id)","worker":"\#(worker)","action":"perform","parameters":\#(parameters),"after":[\#(after)]}"#
    }

    /// Waits until the operation is in one of the states.
    @discardableResult
    func until(
        _ id: JobID,
        _ states: OperationState...,
        lookingEvery interval: Duration = .milliseconds(5)
    ) async throws -> OperationRecord {
        while true {
            if let record = try await operations.record(id), states.contains(record.state) { return record }
            try await Task.sleep(for: interval)
        }
    }

    /// Decides the escalation that the operation waits for, and returns its id.
    @discardableResult
    func decide(_ id: JobID, _ decision: Decision) async throws -> String {
        while true {
            if let escalation = try await operations.report(id)?.escalations.first,
                let version = try await queue.escalation(escalation)?.version
            {
                do {
                    try await queue.decide(escalation, decision, version: version, reviewer: "ann")
                    return escalation
                } catch {
                    // The policy may have set its due time between the look and the decision.
                    guard error.code == .conflict else { throw error }
                }
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
