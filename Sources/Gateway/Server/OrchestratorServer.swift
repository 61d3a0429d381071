package import Hummingbird
package import JobQueue
package import Logging
package import Orchestrator
import ServiceLifecycle

/// The HTTP server of an orchestrator process.
///
/// In a service group it stands after the queue's own services, so that it is the first to stop: calls that wait for an
/// operation are then answered at once with the state as it is.
package struct OrchestratorServer: Service {
    private let server: HTTPServer
    private let operations: Operations
    private let events: EventHub
    private let status: @Sendable () -> Worker.Status
    private let features: DeploymentFeatures
    private let configuration: GatewayConfiguration
    private let logger: Logger

    /// A server for one process.
    ///
    /// - Parameters:
    ///   - operations: what it is the door to.
    ///   - events: a hub that runs beside it, for calls that wait.
    ///   - status: how the process' ``OrchestratorService`` is doing.
    ///   - features: what `GET /health` tells of the deployment.
    ///   - configuration: where it listens and what a request may cost.
    ///   - onListening: called with the port once it accepts connections.
    ///   - logger: where requests are logged at debug and the server's own errors at error.
    /// - Throws: ``GatewayError`` for an address that is not one of loopback, or a value out of range.
    package init(
        operations: Operations,
        events: EventHub,
        status: @escaping @Sendable () -> Worker.Status,
        features: DeploymentFeatures = DeploymentFeatures(),
        configuration: GatewayConfiguration = GatewayConfiguration(),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        logger: Logger
    ) throws(GatewayError) {
        server = try HTTPServer(configuration: configuration, onListening: onListening, logger: logger)
        self.operations = operations
        self.events = events
        self.status = status
        self.features = features
        self.configuration = configuration
        self.logger = logger
    }

    /// What the document says of the server as a whole.
    static var description: OpenAPIController {
        OpenAPIController(
            title: "Concord orchestrator",
            summary: "Operations, jobs, review and live updates of a durable job queue and plan orchestrator."
        )
    }

    /// Every path, with what answers it and how it is described.
    func endpoints(_ doorman: LiveDoorman) -> [Endpoint] {
        let queue = operations.queue
        let limit = configuration.maximumBodyBytes
        let metrics = SystemMetrics(
            operations: operations,
            status: status,
            timeout: configuration.healthTimeout,
            listeners: { doorman.feed.count }
        )
        let groups: [[Endpoint]] = [
            HealthController(
                operations: operations,
                status: status,
                features: features,
                timeout: configuration.healthTimeout
            ).endpoints,
            OperationsController(operations: operations, events: events, configuration: configuration).endpoints,
            EventsController(operations: operations, events: events, configuration: configuration).endpoints,
            EscalationsController(operations: operations, maximumBodyBytes: limit).endpoints,
            JobsController(
                queue: queue,
                confidenceThreshold: features.confidenceThreshold,
                maximumBodyBytes: limit
            ).endpoints,
            QueuesController(queue: queue).endpoints,
            DeadLettersController(queue: queue).endpoints,
            SchedulesController(schedules: Schedules(operations: operations), maximumBodyBytes: limit).endpoints,
            ActionsController(operations: operations).endpoints,
            LiveController(doorman: doorman).endpoints,
            MetricsController(collect: metrics.collect).endpoints,
        ]
        return groups.flatMap { $0 }
    }

    /// The application, as it is served and as tests call it.
    package func application() -> some ApplicationProtocol {
        let doorman = LiveDoorman(
            operations: operations,
            feed: LiveFeed(operations: operations, events: events, logger: logger),
            backlogBytes: configuration.liveBacklogBytes
        )
        return server.application(endpoints(doorman), description: Self.description, doorman: doorman)
    }

    /// Serves until the graceful shutdown.
    ///
    /// - Throws: ``GatewayError`` when the address cannot be bound.
    package func run() async throws { try await server.run(application()) }
}
