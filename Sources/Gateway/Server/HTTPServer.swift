import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What all of Concord's HTTP servers have in common: the chain around every handler, and listening.
struct HTTPServer: Sendable {
    let host: String
    let configuration: GatewayConfiguration
    let onListening: @Sendable (Int) async -> Void
    let logger: Logger

    /// Checks the address; nothing is bound yet.
    init(
        configuration: GatewayConfiguration,
        onListening: @escaping @Sendable (Int) async -> Void,
        logger: Logger
    ) throws(GatewayError) {
        host = try configuration.boundHost()
        self.configuration = configuration
        self.onListening = onListening
        self.logger = logger
    }

    /// The application that serves these endpoints, and describes them at `/openapi.json`.
    ///
    /// `description` is what the document says of the server as a whole, `doorman` decides who may listen on the
    /// WebSocket; a server without one has none.
    func application(
        _ endpoints: [Endpoint],
        description: OpenAPIController,
        doorman: LiveDoorman? = nil
    ) -> Application<RouterResponder<GatewayContext>> {
        Application(
            router: Self.router(endpoints + [description.endpoint(beside: endpoints)]),
            server: server(doorman),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port),
                serverName: "concord"
            ),
            services: doorman.map { [$0.feed] } ?? [],
            onServerRunning: { [host, logger, onListening] channel in
                let port = channel.localAddress?.port ?? 0
                logger.info("listening", metadata: ["host": "\(host)", "port": "\(port)"])
                await onListening(port)
            },
            logger: logger
        )
    }

    /// The router of these endpoints.
    static func router(_ endpoints: [Endpoint]) -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestLogMiddleware())
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: CrossOriginMiddleware())
        for endpoint in endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method, use: endpoint.respond)
        }
        router.refuseOtherMethods()
        return router
    }

    private func server(_ doorman: LiveDoorman?) -> HTTPServerBuilder {
        let idleTimeout = configuration.idleTimeout
        guard let doorman else { return .http1(configuration: .init(idleTimeout: TimeAmount(idleTimeout))) }
        return HTTPServerBuilder { responder in
            UpgradableChannel(responder: responder, idleTimeout: idleTimeout, doorman: doorman)
        }
    }

    /// Serves until the graceful shutdown: no new connection is taken, requests under way are answered.
    ///
    /// - Throws: ``GatewayError`` when the address cannot be bound.
    func run(_ application: some ApplicationProtocol) async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            let inUse = error.errnoCode == EADDRINUSE
            throw GatewayError(
                inUse ? .addressInUse : .addressUnusable,
                inUse
                    ? "another process listens on \(host):\(configuration.port); stop it, or choose another port"
                    : "cannot listen on \(host):\(configuration.port): \(error)",
                field: inUse ? "port" : "host"
            )
        }
    }
}

extension Router {
    /// Answers 405, with the methods that there are, where a path is known and the method is not.
    fileprivate func refuseOtherMethods() {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]
        for (path, routes) in Dictionary(grouping: routes, by: \.path.description) {
            var known = Set(routes.map(\.method))
            if known.contains(.get) { known.insert(.head) }
            let allowed = methods.filter(known.contains)
            for method in methods where !known.contains(method) {
                on(RouterPath(path), method: method) { request, _ -> Response in
                    throw Problem.methodNotAllowed(request.method.rawValue, allowed: allowed.map(\.rawValue))
                }
            }
        }
    }
}
