import Hummingbird
import JobModel
import JobQueue

/// `GET /health` and `GET /actions` of a worker process.
struct WorkerHealthController: Sendable {
    let catalog: ActionCatalog
    let status: @Sendable () -> Worker.Status

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .get("/health", use: health)
            .get("/actions", use: actions)
    }

    private struct Health: Encodable {
        let status: String
        /// Why it is not healthy.
        let reason: String?
        let worker: QueueName
        /// Jobs that run now, and outcomes recorded since the start.
        let running: Int
        let settled: Int
        let actions: [String]
        let version: String
    }

    @Sendable private func health(_ request: Request, context: GatewayContext) async throws -> Response {
        let status = status()
        let health = Health(
            status: status.isReady ? "healthy" : "unhealthy",
            reason: status.isReady ? nil : status.reason ?? "not ready",
            worker: catalog.kind,
            running: status.running,
            settled: status.settled,
            actions: catalog.names,
            version: ConcordVersion.current
        )
        return try Response(health, status: status.isReady ? .ok : .serviceUnavailable)
    }

    private struct Actions: Encodable {
        struct Entry: Encodable {
            let name: String
        }

        let worker: QueueName
        let actions: [Entry]
    }

    @Sendable private func actions(_ request: Request, context: GatewayContext) async throws -> Response {
        try Response(Actions(worker: catalog.kind, actions: catalog.names.map(Actions.Entry.init)))
    }
}
