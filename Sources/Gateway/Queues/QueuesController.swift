import Hummingbird
import JobModel
import JobQueue

/// `/queues` and `/workers`: what waits, what runs, and who works.
struct QueuesController: Sendable {
    let queue: JobQueue

    private static let name = Endpoint.Parameter.path("name", "The queue's name.")

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/queues",
                .queues,
                "List the queues with what waits and runs",
                answers: [
                    .json(
                        200,
                        "All queues.",
                        Shape("QueueList", .answer([.required("queues", .array(of: QueueReport.schema))])),
                        example: ["queues": [QueueReport.example]]
                    )
                ],
                handler: list
            ),
            pauses("pause", true, "Hand out no more jobs of a queue"),
            pauses("resume", false, "Hand out jobs of a queue again"),
            Endpoint(
                .get,
                "/workers",
                .queues,
                "List the live worker processes",
                answers: [
                    .json(
                        200,
                        "All processes.",
                        Shape("WorkerList", .answer([.required("workers", .array(of: WorkerReport.schema))])),
                        example: ["workers": [WorkerReport.example]]
                    )
                ],
                handler: workers
            ),
        ]
    }

    private func pauses(_ word: String, _ paused: Bool, _ summary: String) -> Endpoint {
        Endpoint(
            .post,
            "/queues/{name}/\(word)",
            .queues,
            summary,
            parameters: [Self.name],
            answers: [
                .json(
                    200,
                    "The queue is as asked.",
                    Shape(
                        "QueuePause",
                        .answer([
                            .required("queue", .string()), .required("paused", .boolean()),
                            .required("changed", .boolean("Whether it was the other way before.")),
                        ])
                    ),
                    example: ["queue": "sunbiz", "paused": .bool(paused), "changed": true]
                )
            ],
            problems: [.notFound],
            handler: { try await setPaused(paused, $1) }
        )
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
