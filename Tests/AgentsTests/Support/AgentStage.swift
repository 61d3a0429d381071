import Foundation
import JobModel
import JobQueue
import Logging
import Orchestrator
import PostgresClient
import PrivateServers
import ServiceLifecycle
import TestSupport
import Testing
import Workers

@testable import Agents

/// A worker's action for the tests of plans: its result is what its parameters say.
struct Play: Action {
    static let name = "play"
    typealias Parameters = [String: JSONValue]
    typealias Result = [String: JSONValue]

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        if parameters["fail"] == true, context.guidance == nil { throw JobFailure("refused", "as asked") }
        return .completed(parameters, confidence: context.guidance == nil ? parameters["confidence"]?.double ?? 1 : 1)
    }
}

/// A whole system in one process: Redis, a database, an orchestrator, workers of tax rolls, a worker that plays, and agents.
struct AgentStage: Sendable {
    let operations: Operations
    let queue: JobQueue
    let events: EventHub
    let postgres: PostgresClient
    let environment: AgentEnvironment
    let reviews: Reviews
    let redis: PrivateRedis

    var history: HistoryLog { HistoryLog(postgres: postgres, queue: queue, logger: environment.logger) }

    /// Creates a custom operation of these steps and waits until it has ended or needs a person.
    func run(_ steps: [JSONValue], requireValidation: Bool = true) async throws -> OperationReport {
        let request = OperationRequest(
            operationType: "custom",
            parameters: ["steps": .array(steps)],
            requireValidation: requireValidation
        )
        let id = try await operations.create(request).id
        return try await settled(id)
    }

    /// The report when the operation has ended or needs a person.
    func settled(_ id: JobID) async throws -> OperationReport {
        try #require(try await operations.wait(id, atMost: .seconds(120), events: events))
    }

    /// The steps of the data pipeline for Broward's sample of a dataset.
    static func pipeline(_ dataset: String = "SDF", source: String = "sample") -> [JSONValue] {
        [
            [
                "id": "download", "worker": "florida_data", "action": "download",
                "parameters": [
                    "county": "BROWARD", "dataset": .string(dataset), "year": 2025, "source": .string(source),
                ],
            ],
            [
                "id": "process", "worker": "florida_data", "action": "process", "after": ["download"],
                "parameters": ["file": "#download.file"],
            ],
            [
                "id": "validate", "worker": "data_quality", "action": "validate", "after": ["process"],
                "parameters": ["staging": "#process.staging"],
            ],
            [
                "id": "upload", "worker": "florida_data", "action": "upload", "after": ["process", "validate"],
                "parameters": ["staging": "#process.staging"],
            ],
        ]
    }

    /// Runs an agent's action as a job would; `job` is the idempotency key.
    func act(
        _ agent: QueueName,
        _ action: String,
        _ parameters: JSONValue,
        job: String = "job-\(UUID().uuidString)"
    ) async throws -> Outcome<JSONValue> {
        let run = DirectRun(
            kind: agent,
            actions: AgentCatalog.actions(for: agent, environment: environment),
            logger: environment.logger
        )
        return try await run.run(action, parameters: parameters, id: try #require(JobID(rawValue: job)))
    }

    /// The failure with which an action must end.
    func failure(_ agent: QueueName, _ action: String, _ parameters: JSONValue) async throws -> JobFailure {
        do {
            _ = try await act(agent, action, parameters)
        } catch {
            return try #require(error as? JobFailure, "not a job failure: \(error)")
        }
        throw MissingFailure()
    }

    /// Records what has happened so far.
    func catchUp() async throws {
        let follower = HistoryFollower(
            operations: operations,
            log: history,
            events: events,
            logger: environment.logger
        )
        try await follower.catchUp()
    }
}

struct MissingFailure: Error, CustomStringConvertible {
    var description: String { "the action succeeded where it had to fail" }
}

/// Starts a stage with the named agents, and stops it.
func withAgentStage(
    agents: [QueueName] = [],
    verificationLimit: Duration? = .seconds(60),
    _ body: (AgentStage) async throws -> Void
) async throws {
    let redis = try await PrivateRedis.start()
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let folder = FileManager.default.temporaryDirectory.appending(path: "concord-agents-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let queue = try JobQueue(
        configuration: JobQueueConfiguration(redisURL: redis.url, lease: .seconds(3)),
        logger: logger
    )
    let postgres = PostgresClient(
        configuration: try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase()),
        logger: logger
    )
    let workers = WorkerEnvironment(postgres: postgres, workFolder: folder, queue: queue, logger: logger)
    let play = ActionDescription(name: Play.name, summary: "", parameters: .any, result: .any)
    let operations = Operations(
        queue: queue,
        templates: try PlanTemplates(types: types, threshold: 0.7),
        actions: ActionCatalog(
            WorkerCatalog.described.merging(AgentCatalog.described) { $1 }.merging(["stage": [play]]) { $1 }
        ),
        verificationLimit: verificationLimit,
        logger: logger
    )
    let audit = AuditLog(postgres: postgres, namespace: queue.configuration.namespace, logger: logger)
    let reviews = Reviews(operations: operations, audit: audit)
    let environment = AgentEnvironment(
        postgres: postgres,
        operations: operations,
        audit: audit,
        workFolder: folder,
        logger: logger
    )
    let events = EventHub(queue: queue, logger: logger)
    let actions: [QueueName: [any Action]] = [
        "stage": [Play()],
        "florida_data": WorkerCatalog.actions(for: "florida_data", environment: workers),
        "data_quality": WorkerCatalog.actions(for: "data_quality", environment: workers),
    ].merging(agents.map { ($0, AgentCatalog.actions(for: $0, environment: environment)) }) { $1 }
    var services: [any Service] = [
        events, OrchestratorService(operations: operations, review: ReviewDuties(reviews: reviews), logger: logger),
    ]
    services += actions.map { queueName, actions in
        Worker(configuration: WorkerConfiguration(queue: queueName), actions: actions, on: queue, logger: logger)
    }
    for agent in agents { services += try AgentCatalog.services(for: agent, environment: environment) }
    let group = ServiceGroup(services: services, logger: logger)
    let result: Result<Void, any Error>
    do {
        try await workers.prepare()
        try await environment.prepare()
        let task = Task { try await group.run() }
        do {
            for queueName in ["stage"] + agents.map(\.rawValue) { try await wait(for: queueName, queue) }
            try await body(
                AgentStage(
                    operations: operations,
                    queue: queue,
                    events: events,
                    postgres: postgres,
                    environment: environment,
                    reviews: reviews,
                    redis: redis
                )
            )
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await task.value
    }
    await queue.close()
    await postgres.close()
    await redis.terminate()
    try? FileManager.default.removeItem(atPath: folder)
    try result.get()
}

/// Until a process works on a queue.
private func wait(for queueName: String, _ queue: JobQueue) async throws {
    while try await !queue.processes().contains(where: { $0.queue.rawValue == queueName }) {
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// The parameter types of the built-in templates, accepting everything.
private let types: [String: PlanTemplates.ParameterType] = {
    let any: PlanTemplates.ParameterType = { value in value }
    return ["county": any, "dataset": any, "roll": any, "validation_level": any]
}()
