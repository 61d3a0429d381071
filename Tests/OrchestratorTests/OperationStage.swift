import Foundation
import JobModel
import JobQueue
import Logging
import Orchestrator
import PrivateServers
import ServiceLifecycle
import Testing

/// A worker's action for the tests of plans: it does what its parameters say.
struct Play: Action {
    static let name = "play"
    typealias Parameters = [String: JSONValue]
    typealias Result = [String: JSONValue]

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        if let milliseconds = parameters["milliseconds"]?.int { try await Task.sleep(for: .milliseconds(milliseconds)) }
        if parameters["fail"] == true, context.guidance == nil { throw JobFailure("refused", "as asked") }
        if let path = parameters["fail_while_missing"]?.string, !FileManager.default.fileExists(atPath: path) {
            throw JobFailure("not_there", "as asked")
        }
        let confidence = context.guidance == nil ? parameters["confidence"]?.double ?? 1 : 1
        return .completed(parameters, confidence: confidence)
    }
}

/// A queue with a worker `stage` that plays, and orchestrators.
struct OperationStage: Sendable {
    static let template = """
        operation_type: play
        version: 1
        parameters:
          confidence: { type: string, default: "" }
          mode: { type: string, default: ok }
          milliseconds: { type: integer, default: 0 }
        steps:
          - { id: a, worker: stage, action: play, parameters: { value: 1, milliseconds: $milliseconds } }
          - { id: b, worker: stage, action: play, after: [a], parameters: { value: "#a.value" } }
          - { id: c, worker: stage, action: play, after: [a], parameters: { value: 2 } }
          - { id: d, worker: stage, action: play, after: [b, c], parameters: { value: "#b.value" } }
        checks:
          - { says: the value came through, left: "#d.value", right: "#a.value" }
        """

    let operations: Operations
    let queue: JobQueue
    let events: EventHub

    /// The report when the operation has ended or needs a person.
    func settled(_ id: JobID) async throws -> OperationReport {
        try #require(try await operations.wait(id, atMost: .seconds(120), events: events))
    }

    /// The report that is stored when the operation has ended.
    func ended(_ id: JobID) async throws -> OperationReport {
        while true {
            if let record = try await operations.record(id), record.state.isTerminal, record.report != nil {
                return try #require(try await operations.report(id))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Starts a stage on a Redis of its own, and stops it.
func withOperationStage(
    orchestrators: Int = 1,
    template: String = OperationStage.template,
    model: OperationModel? = nil,
    lease: Duration = .seconds(1),
    _ body: (OperationStage) async throws -> Void
) async throws {
    let redis = try await PrivateRedis.start()
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let queue = try JobQueue(
        configuration: JobQueueConfiguration(redisURL: redis.url, lease: lease),
        logger: logger
    )
    var templates = try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
    try templates.add(yaml: template)
    let play = ActionDescription(name: Play.name, summary: "", parameters: .any, result: .any)
    let operations = Operations(
        queue: queue,
        templates: templates,
        actions: ActionCatalog(["stage": [play], "nobody": [play]]),
        model: model,
        logger: logger
    )
    let events = EventHub(queue: queue, logger: logger)
    let worker = Worker(
        configuration: WorkerConfiguration(queue: "stage"),
        actions: [Play()],
        on: queue,
        logger: logger
    )
    var services: [any Service] = [events, worker]
    for _ in 0..<orchestrators { services.append(OrchestratorService(operations: operations, logger: logger)) }
    let group = ServiceGroup(services: services, logger: logger)
    let task = Task { try await group.run() }
    let result: Result<Void, any Error>
    do {
        try await body(OperationStage(operations: operations, queue: queue, events: events))
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await task.value
    await queue.close()
    await redis.terminate()
    try result.get()
}
