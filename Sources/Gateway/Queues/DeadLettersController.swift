import Hummingbird
import JobModel
import JobQueue

/// `/dead-letters`: jobs that have used up their attempts, until someone retries or discards them.
struct DeadLettersController: Sendable {
    let queue: JobQueue

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .get("/dead-letters", use: list)
            .post("/dead-letters/:id/retry", use: retry)
            .delete("/dead-letters/:id", use: discard)
    }

    private struct Page: Encodable {
        let deadLetters: [JobReport]

        enum CodingKeys: String, CodingKey {
            case deadLetters = "dead_letters"
        }
    }

    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        var query = QueryReader(request)
        let limit = query.integer("limit", 1...1000)
        try query.check()
        let letters = try await queue.deadLetters(limit: limit ?? 100)
        return try Response(Page(deadLetters: letters.map(JobReport.init)))
    }

    private struct Retried: Encodable {
        let id: JobID
        let state = JobState.ready
    }

    @Sendable private func retry(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("dead letter")
        try check(try await queue.retryDeadLetter(id), id)
        return try Response(Retried(id: id), status: .accepted, headers: [.location: "/jobs/\(id)"])
    }

    @Sendable private func discard(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("dead letter")
        try check(try await queue.discardDeadLetter(id), id)
        return Response(status: .noContent)
    }

    private func check(_ action: JobQueue.DeadLetterAction, _ id: JobID) throws(Problem) {
        switch action {
        case .ready, .discarded: return
        case .unknown: throw .notFound("dead letter", id.rawValue)
        case .flow: throw Problem(.conflict, "\(id) is a step of an operation, which is run again as a whole")
        }
    }
}
