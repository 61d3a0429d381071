import Hummingbird
import JobModel
import JobQueue

/// `/dead-letters`: jobs that have used up their attempts, until someone retries or discards them.
struct DeadLettersController: Sendable {
    let queue: JobQueue

    private static let id = Endpoint.Parameter.path("id", "The job's id.")

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/dead-letters",
                .deadLetters,
                "List dead letters, newest first",
                parameters: [.limit(1000, default: 100), .cursor],
                answers: [
                    .json(
                        200,
                        "A page.",
                        Shape(
                            "DeadLetterPage",
                            .answer([
                                .required("dead_letters", .array(of: JobReport.schema)),
                                .nullable("next_cursor", .string("Of the next page; null on the last.")),
                            ])
                        ),
                        example: ["dead_letters": [JobReport.example], "next_cursor": nil]
                    )
                ],
                handler: list
            ),
            Endpoint(
                .post,
                "/dead-letters/{id}/retry",
                .deadLetters,
                "Run a dead letter again",
                parameters: [Self.id],
                answers: [
                    .json(
                        202,
                        "It is ready.",
                        Shape(
                            "RetriedDeadLetter",
                            .answer([
                                .required("id", .string()), .required("state", .string(enum: ["ready"])),
                            ])
                        ),
                        example: ["id": "j-1", "state": "ready"],
                        headers: ["Location": "The job's path."]
                    )
                ],
                problems: [.notFound, .conflict],
                handler: retry
            ),
            Endpoint(
                .delete,
                "/dead-letters/{id}",
                .deadLetters,
                "Discard a dead letter",
                parameters: [Self.id],
                answers: [Endpoint.Answer(status: 204, summary: "It is gone.")],
                problems: [.notFound, .conflict],
                handler: discard
            ),
        ]
    }

    private struct Page: Encodable {
        let deadLetters: [JobReport]
        @ExplicitNull var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case deadLetters = "dead_letters"
            case nextCursor = "next_cursor"
        }
    }

    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        var query = QueryReader(request)
        let limit = query.integer("limit", 1...1000)
        try query.check()
        let page = try await queue.deadLetters(limit: limit ?? 100, cursor: query.text("cursor"))
        return try Response(Page(deadLetters: page.letters.map(JobReport.init), nextCursor: page.next))
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
