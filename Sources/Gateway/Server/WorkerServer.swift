package import Hummingbird
package import JobQueue
package import Logging
import ServiceLifecycle

/// The HTTP server of a worker or agent process: its health, its actions, and runs of one action without the queue.
package struct WorkerServer: Service {
    private let server: HTTPServer
    private let runs: DirectRun
    private let routes: [ActionRoute]
    private let isAgent: Bool
    private let status: @Sendable () -> Worker.Status
    private let configuration: GatewayConfiguration

    /// A server for one process.
    ///
    /// - Parameters:
    ///   - kind: the worker kind, which is the name of its queue.
    ///   - actions: the actions that the process' worker has.
    ///   - routes: paths beside those of every worker, each of which runs an action.
    ///   - isAgent: whether the process is a global agent, for the words of the document.
    ///   - status: how that worker is doing.
    ///   - configuration: where it listens and what a request may cost.
    ///   - onListening: called with the port once it accepts connections.
    ///   - logger: where requests are logged at debug and the server's own errors at error.
    /// - Throws: ``GatewayError`` for an address that is not one of loopback, or a value out of range.
    package init(
        kind: QueueName,
        actions: [any Action],
        routes: [ActionRoute] = [],
        isAgent: Bool = false,
        status: @escaping @Sendable () -> Worker.Status,
        configuration: GatewayConfiguration = GatewayConfiguration(port: 0),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        logger: Logger
    ) throws(GatewayError) {
        server = try HTTPServer(configuration: configuration, onListening: onListening, logger: logger)
        runs = DirectRun(kind: kind, actions: actions, logger: logger)
        self.routes = routes
        self.isAgent = isAgent
        self.status = status
        self.configuration = configuration
    }

    /// Every path, with what answers it and how it is described.
    func endpoints() -> [Endpoint] {
        let groups: [[Endpoint]] = [
            WorkerHealthController(runs: runs, status: status).endpoints,
            DirectRunsController(runs: runs, maximumBodyBytes: configuration.maximumBodyBytes).endpoints,
            ActionRoutesController(
                runs: runs,
                routes: routes,
                maximumBodyBytes: configuration.maximumBodyBytes
            ).endpoints,
            MetricsController(collect: WorkerMetrics(kind: runs.kind, status: status).collect).endpoints,
        ]
        return groups.flatMap { $0 }
    }

    /// The application, as it is served and as tests call it.
    package func application() -> some ApplicationProtocol {
        server.application(endpoints(), description: Self.description(runs.kind, isAgent: isAgent))
    }

    /// What the document says of the server as a whole.
    static func description(_ kind: QueueName, isAgent: Bool = false) -> OpenAPIController {
        OpenAPIController(
            title: "Concord \(isAgent ? "agent" : "worker") \(kind)",
            summary: isAgent
                ? "One process of a global agent: its health, its actions, and paths that run them."
                : "One process of a worker kind: its health, its actions, and runs of one action."
        )
    }

    /// Serves until the graceful shutdown; actions that run directly are finished first.
    ///
    /// - Throws: ``GatewayError`` when the address cannot be bound.
    package func run() async throws { try await server.run(application()) }
}
