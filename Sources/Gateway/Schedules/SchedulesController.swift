import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `/schedules`: recurring operations.
struct SchedulesController: Sendable {
    let schedules: Schedules
    let maximumBodyBytes: Int

    private static let name = Endpoint.Parameter.path("name", "The schedule's name: \(ScheduleName.rule).")

    /// The paths of recurring operations.
    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/schedules",
                .schedules,
                "List the schedules",
                answers: [
                    .json(
                        200,
                        "All schedules, in the order of their names.",
                        Shape("ScheduleList", .answer([.required("schedules", .array(of: ScheduleReport.schema))])),
                        example: ["schedules": [ScheduleReport.example]]
                    )
                ],
                handler: list
            ),
            Endpoint(
                .get,
                "/schedules/{name}",
                .schedules,
                "Read a schedule with its next times and what became of those before",
                parameters: [
                    Self.name,
                    .query(
                        "next",
                        "How many of the next times are answered.",
                        .integer(minimum: 0, maximum: 100, default: Self.upcoming)
                    ),
                ],
                answers: [Self.detailed(200, "The schedule.")],
                problems: [.notFound],
                handler: show
            ),
            Endpoint(
                .put,
                "/schedules/{name}",
                .schedules,
                "Create a schedule, or give it another definition",
                parameters: [Self.name],
                body: ScheduleReport.definition(types: schedules.operations.templates.operationTypes),
                answers: [
                    Self.detailed(200, "It has another definition."),
                    Self.detailed(201, "It is new.", headers: ["Location": "The schedule's path."]),
                ],
                handler: put
            ),
            Endpoint(
                .delete,
                "/schedules/{name}",
                .schedules,
                "Delete a schedule",
                details: "Operations that it has created go on.",
                parameters: [Self.name],
                answers: [Endpoint.Answer(status: 204, summary: "It is gone.")],
                problems: [.notFound],
                handler: delete
            ),
            Endpoint(
                .post,
                "/schedules/{name}/trigger",
                .schedules,
                "Create an operation of a schedule now",
                parameters: [
                    Self.name,
                    .header(
                        "Idempotency-Key",
                        "The same key answers the same operation.",
                        .string(minLength: 1, maxLength: 256)
                    ),
                ],
                answers: [
                    .json(
                        202,
                        "The operation is recorded.",
                        Shape(
                            "TriggeredSchedule",
                            .answer([
                                .required("schedule", .string()), .required("operation_id", .string()),
                            ])
                        ),
                        example: ["schedule": "nightly", "operation_id": "op-20251020-143022-a1b2c3d4"],
                        headers: ["Location": "The operation's path."]
                    )
                ],
                problems: [.notFound, .invalidFields],
                handler: trigger
            ),
            pauses("pause", true, "Let a schedule fire no more"),
            pauses("resume", false, "Let a schedule fire again"),
        ]
    }

    private func pauses(_ word: String, _ paused: Bool, _ summary: String) -> Endpoint {
        Endpoint(
            .post,
            "/schedules/{name}/\(word)",
            .schedules,
            summary,
            parameters: [Self.name],
            answers: [.json(200, "The schedule.", ScheduleReport.shape, example: ScheduleReport.example)],
            problems: [.notFound],
            handler: { try await setPaused(paused, $1) }
        )
    }

    private static func detailed(
        _ status: Int,
        _ summary: String,
        headers: [String: String] = [:]
    ) -> Endpoint.Answer {
        .json(status, summary, ScheduleDetail.shape, example: ScheduleDetail.example, headers: headers)
    }

    /// How many of the next times are answered where the query does not say.
    private static let upcoming = 5

    /// - Throws: the ``Problem`` 404 for a text that can be no name.
    private func name(_ context: GatewayContext) throws -> ScheduleName {
        let text = try context.text("name")
        guard let name = ScheduleName(rawValue: text) else { throw Problem.notFound("schedule", text) }
        return name
    }

    private func detail(_ name: ScheduleName, upcoming count: Int = Self.upcoming) async throws -> ScheduleDetail {
        guard let record = try await schedules.get(name) else { throw Problem.notFound("schedule", name.rawValue) }
        return ScheduleDetail(record, upcoming: count, fires: try await schedules.fires(name))
    }

    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        try Response(["schedules": try await schedules.list().map(ScheduleReport.init)])
    }

    /// One schedule; `?next=N` says how many of its next times are answered.
    @Sendable private func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = try name(context)
        var query = QueryReader(request)
        let count = query.integer("next", 0...100)
        try query.check()
        return try Response(try await detail(name, upcoming: count ?? Self.upcoming))
    }

    /// Creates a schedule (201) or gives it another definition (200); a body that breaks the rules changes nothing.
    @Sendable private func put(_ request: Request, context: GatewayContext) async throws -> Response {
        let body = try await request.object(upTo: maximumBodyBytes)
        guard let name = ScheduleName(rawValue: try context.text("name")) else {
            throw Problem.invalid("name", ScheduleName.rule)
        }
        let definition = try ScheduleDefinition.read(.object(body), templates: schedules.operations.templates)
        let change = try await schedules.put(name, definition)
        return try Response(
            try await detail(name),
            status: change == .created ? .created : .ok,
            headers: [.location: "/schedules/\(name)"]
        )
    }

    @Sendable private func delete(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = try name(context)
        guard try await schedules.delete(name) else { throw Problem.notFound("schedule", name.rawValue) }
        return Response(status: .noContent)
    }

    private struct Triggered: Encodable {
        let schedule: ScheduleName
        let operationID: JobID

        enum CodingKeys: String, CodingKey {
            case schedule
            case operationID = "operation_id"
        }
    }

    /// Creates an operation now; with the same `Idempotency-Key`, the same one.
    @Sendable private func trigger(_ request: Request, context: GatewayContext) async throws -> Response {
        let name = try name(context)
        let key = try request.idempotencyKey()
        guard let operation = try await schedules.trigger(name, idempotencyKey: key) else {
            throw Problem.notFound("schedule", name.rawValue)
        }
        return try Response(
            Triggered(schedule: name, operationID: operation),
            status: .accepted,
            headers: [.location: "/operations/\(operation)"]
        )
    }

    private func setPaused(_ paused: Bool, _ context: GatewayContext) async throws -> Response {
        let name = try name(context)
        guard let record = try await schedules.setPaused(paused, name) else {
            throw Problem.notFound("schedule", name.rawValue)
        }
        return try Response(ScheduleReport(record))
    }
}
