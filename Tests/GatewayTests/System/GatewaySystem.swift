import Hummingbird
import HummingbirdTesting
import JobModel
import JobQueue
import Logging
import Orchestrator
import PrivateServers
import ServiceLifecycle
import TestSupport

@testable import Gateway

/// An orchestrator with its HTTP server, on the suite's Redis and in a namespace of its own.
struct GatewaySystem: Sendable {
    let queue: JobQueue
    let operations: Operations
    let events: EventHub
    let orchestrator: OrchestratorService
    let server: OrchestratorServer
    let gate: Gate
    let logger: Logger

    /// What a system is made of.
    struct Options: Sendable {
        var namespace = "t-\(UInt64.random(in: 0..<(1 << 60)))"
        /// Whether the orchestrator and a worker of ``FakeActions`` run.
        var works = true
        var lease: Duration = .seconds(5)
        var enqueueDeadline: Duration = .seconds(5)
        /// A health check has time enough on a machine that is busy with other tests.
        var configuration = GatewayConfiguration(port: 0, healthTimeout: .seconds(30))
        var logger = Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() }
        var onListening: @Sendable (Int) async -> Void = { _ in }
    }

    init(_ options: Options, redisURL: String? = nil) throws {
        logger = options.logger
        queue = try JobQueue(
            configuration: JobQueueConfiguration(
                redisURL: try redisURL ?? RedisServerTrait.server.url,
                namespace: options.namespace,
                lease: options.lease,
                enqueueDeadline: options.enqueueDeadline
            ),
            logger: logger
        )
        let asItIs: PlanTemplates.ParameterType = { value throws(JobFailure) in value }
        let names = ["county", "dataset", "roll", "validation_level"]
        var templates = try PlanTemplates(
            types: Dictionary(uniqueKeysWithValues: names.map { ($0, asItIs) }),
            threshold: 0.7
        )
        try templates.add(yaml: Self.template)
        operations = Operations(queue: queue, templates: templates, logger: logger)
        events = EventHub(queue: queue, logger: logger)
        orchestrator = OrchestratorService(operations: operations, logger: logger)
        gate = Gate()
        server = try OrchestratorServer(
            operations: operations,
            events: events,
            status: { [orchestrator] in orchestrator.status },
            configuration: options.configuration,
            onListening: options.onListening,
            logger: logger
        )
    }

    /// Three steps: `first`, `second` with its result, `third` that waits for both.
    private static let template = """
        operation_type: test_flow
        version: 1
        parameters:
          text: { type: string, default: hello }
          percent: { type: integer, minimum: 0, maximum: 100, default: 100 }
          action: { type: string, default: echo }
        steps:
          - { id: first, worker: test_worker, action: echo, parameters: { text: $text, percent: $percent } }
          - { id: second, worker: test_worker, action: echo, after: [first], parameters: { text: "#first.text" } }
          - { id: third, worker: test_worker, action: hold, after: [first, second], parameters: { hold: $text } }
        checks:
          - { says: the text is kept, left: "#second.text", right: "#first.text" }
        """

    private var services: [any Service] {
        let worker = Worker(
            configuration: WorkerConfiguration(queue: "test_worker", gracePeriod: .seconds(1)),
            actions: [Echo(), Failing(), Hold(gate: gate)],
            on: queue,
            logger: logger
        )
        return [events, orchestrator, worker]
    }

    /// Runs the system around `body`, and stops it in good order; `body` may use the server in-process.
    static func run<Value: Sendable>(
        _ options: Options = Options(),
        serving: Bool = false,
        _ body: @escaping @Sendable (GatewaySystem) async throws -> Value
    ) async throws -> Value {
        let system = try GatewaySystem(options)
        let services = (options.works ? system.services : []) + (serving ? [system.server] : [])
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: system.logger))
        let result = await withTaskGroup(of: Void.self, returning: Result<Value, any Error>.self) { tasks in
            if !services.isEmpty { tasks.addTask { try? await group.run() } }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(system))
            } catch {
                result = .failure(error)
            }
            system.gate.open()
            if !services.isEmpty { await group.triggerGracefulShutdown() }
            return result
        }
        await system.queue.close()
        return try result.get()
    }

    /// Runs the system around `body`, which calls the server in-process.
    static func test<Value: Sendable>(
        _ options: Options = Options(),
        _ body: @escaping @Sendable (GatewaySystem, APIClient) async throws -> Value
    ) async throws -> Value {
        try await run(options) { system in
            try await system.server.application().test(.router) { client in
                try await body(system, try APIClient.recording(client))
            }
        }
    }
}

extension GatewaySystem.Options {
    /// No orchestrator and no worker: what is enqueued stays where it is.
    static var idle: Self { Self(works: false) }
}
