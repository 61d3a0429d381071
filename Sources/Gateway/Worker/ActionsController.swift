import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `GET /actions` of an orchestrator: what every known worker kind can be asked to do.
struct ActionsController: Sendable {
    let operations: Operations

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/actions",
                .actions,
                "Every known action with the JSON Schemas of its parameters and result",
                details: "The built-in ones, and those that worker processes have registered.",
                parameters: [.query("worker", "Only of this worker kind.")],
                answers: [
                    .json(
                        200,
                        "By worker kind, in the order of their names.",
                        Shape(
                            "ActionCatalog",
                            .answer([
                                .required(
                                    "workers",
                                    .array(
                                        of: .answer([
                                            .required("worker", .string()),
                                            .required("actions", .array(of: ActionDescription.schema)),
                                        ])
                                    )
                                )
                            ])
                        ),
                        example: ["workers": [["worker": "florida_data", "actions": [ActionDescription.example]]]]
                    )
                ],
                handler: list
            )
        ]
    }

    private struct Workers: Encodable {
        struct Entry: Encodable {
            let worker: String
            let actions: [ActionDescription]
        }

        let workers: [Entry]
    }

    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let catalog = try await operations.actions()
        let wanted = QueryReader(request).text("worker")
        let workers = catalog.workers.filter { wanted == nil || $0 == wanted }
        return try Response(
            Workers(workers: workers.map { Workers.Entry(worker: $0, actions: catalog.actions(of: $0)) })
        )
    }
}
