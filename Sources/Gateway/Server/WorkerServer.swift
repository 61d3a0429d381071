package import Hummingbird
package import JobQueue
package import Logging
import ServiceLifecycle

/// The HTTP server of a worker or agent process: its health, its actions, and runs of one action without the queue.
package struct WorkerServer: Service {
    private let server: HTTPServer
    private let endpoints: @Sendable () -> [RouteCollection<GatewayContext>]

    /// A server for one process.
    ///
    /// - Parameters:
    ///   - kind: the worker kind, which is the name of its queue.
    ///   - actions: the actions that the process' worker has.
    ///   - status: how that worker is doing.
    ///   - configuration: where it listens and what a request may cost.
    ///   - onListening: called with the port once it accepts connections.
    ///   - logger: where requests are logged at debug and the server's own errors at error.
    /// - Throws: ``GatewayError`` for an address that is not one of loopback, or a value out of range.
    package init(
        kind: QueueName,
        actions: [any Action],
        status: @escaping @Sendable () -> Worker.Status,
        configuration: GatewayConfiguration = GatewayConfiguration(port: 0),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        logger: Logger
    ) throws(GatewayError) {
        server = try HTTPServer(configuration: configuration, onListening: onListening, logger: logger)
        let catalog = ActionCatalog(kind: kind, actions: actions)
        endpoints = {
            [
                WorkerHealthController(catalog: catalog, status: status).endpoints,
                DirectRunsController(catalog: catalog, maximumBodyBytes: configuration.maximumBodyBytes).endpoints,
            ]
        }
    }

    /// The application, as it is served and as tests call it.
    package func application() -> some ApplicationProtocol { server.application(endpoints()) }

    /// Serves until the graceful shutdown; actions that run directly are finished first.
    ///
    /// - Throws: ``GatewayError`` when the address cannot be bound.
    package func run() async throws { try await server.run(application()) }
}
