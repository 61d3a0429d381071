import Hummingbird
import JobModel
import JobQueue

/// `/queues` and `/workers`: what waits, what runs, and who works.
struct QueuesController: Sendable {
    let queue: JobQueue

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .get("/queues", use: list)
            .post("/queues/:name/pause") { try await setPaused(true, $1) }
            .post("/queues/:name/resume") { try await setPaused(false, $1) }
            .get("/workers", use: workers)
    }

    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        try Response(["queues": try await queue.queues().map(QueueReport.init)])
    }

    private struct Pause: Encodable {
        let queue: String
        let paused: Bool
        /// Whether it was the other way before.
        let changed: Bool
    }

    /// A name that no queue has is 404, so that a slip of the pen does not pass for a paused queue.
    private func setPaused(_ paused: Bool, _ context: GatewayContext) async throws -> Response {
        let name = try context.text("name")
        guard let known = try await queue.queues().first(where: { $0.queue.rawValue == name }) else {
            throw Problem.notFound("queue", name)
        }
        let changed = try await queue.setPaused(paused, queue: known.queue)
        return try Response(Pause(queue: name, paused: paused, changed: changed))
    }

    @Sendable private func workers(_ request: Request, context: GatewayContext) async throws -> Response {
        try Response(["workers": try await queue.processes().map(WorkerReport.init)])
    }
}
