import Hummingbird
import JobModel
import JobQueue

/// `GET /health` and `GET /actions` of a worker process.
struct WorkerHealthController: Sendable {
    let runs: DirectRun
    let status: @Sendable () -> Worker.Status

    var endpoints: [Endpoint] {
        let healthy: JSONValue = [
            "status": "healthy", "worker": "florida_data", "running": 2, "settled": 114, "actions": ["download"],
            "version": "0.2.0",
        ]
        let unhealthy: JSONValue = [
            "status": "unhealthy", "reason": "no successful fetch for 20 s", "worker": "florida_data", "running": 0,
            "settled": 114, "actions": ["download"], "version": "0.2.0",
        ]
        return [
            Endpoint(
                .get,
                "/health",
                .health,
                "Whether the process fetches jobs",
                answers: [
                    .json(200, "It does.", Health.shape, example: healthy),
                    .json(503, "It does not, and why.", Health.shape, example: unhealthy),
                ],
                handler: health
            ),
            Endpoint(
                .get,
                "/actions",
                .actions,
                "The process' actions with the JSON Schemas of their parameters and results",
                answers: [
                    .json(
                        200,
                        "In the alphabetical order of their names.",
                        Shape(
                            "ActionList",
                            .answer([
                                .required("worker", .string()),
                                .required("actions", .array(of: ActionDescription.schema)),
                            ])
                        ),
                        example: ["worker": "florida_data", "actions": [ActionDescription.example]]
                    )
                ],
                handler: actions
            ),
        ]
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

        static let shape = Shape(
            "WorkerHealth",
            .answer([
                .required("status", .string(enum: ["healthy", "unhealthy"])),
                .optional("reason", .string("Why it is not healthy.")),
                .required("worker", .string("The worker kind.")),
                .required("running", .integer("Jobs that run now.", minimum: 0)),
                .required("settled", .integer("Outcomes since its start.", minimum: 0)),
                .required("actions", .array(of: .string())),
                .required("version", .string()),
            ])
        )
    }

    @Sendable private func health(_ request: Request, context: GatewayContext) async throws -> Response {
        let status = status()
        let health = Health(
            status: status.isReady ? "healthy" : "unhealthy",
            reason: status.isReady ? nil : status.reason ?? "not ready",
            worker: runs.kind,
            running: status.running,
            settled: status.settled,
            actions: runs.names,
            version: ConcordVersion.current
        )
        return try Response(health, status: status.isReady ? .ok : .serviceUnavailable)
    }

    private struct Actions: Encodable {
        let worker: QueueName
        let actions: [ActionDescription]
    }

    @Sendable private func actions(_ request: Request, context: GatewayContext) async throws -> Response {
        try Response(Actions(worker: runs.kind, actions: runs.descriptions))
    }
}
