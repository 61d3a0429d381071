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
    private let endpoints: @Sendable () -> [RouteCollection<GatewayContext>]

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
        let queue = operations.queue
        endpoints = {
            [
                HealthController(
                    operations: operations,
                    status: status,
                    features: features,
                    timeout: configuration.healthTimeout
                ).endpoints,
                OperationsController(operations: operations, events: events, configuration: configuration).endpoints,
                EscalationsController(operations: operations, maximumBodyBytes: configuration.maximumBodyBytes)
                    .endpoints,
                JobsController(
                    queue: queue,
                    confidenceThreshold: features.confidenceThreshold,
                    maximumBodyBytes: configuration.maximumBodyBytes
                ).endpoints,
                QueuesController(queue: queue).endpoints,
                DeadLettersController(queue: queue).endpoints,
                SchedulesController(
                    schedules: Schedules(operations: operations),
                    maximumBodyBytes: configuration.maximumBodyBytes
                ).endpoints,
            ]
        }
    }

    /// The application, as it is served and as tests call it.
    package func application() -> some ApplicationProtocol { server.application(endpoints()) }

    /// Serves until the graceful shutdown.
    ///
    /// - Throws: ``GatewayError`` when the address cannot be bound.
    package func run() async throws { try await server.run(application()) }
}
