import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `/schedules`: recurring operations.
struct SchedulesController: Sendable {
    let schedules: Schedules
    let maximumBodyBytes: Int

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .get("/schedules", use: list)
            .get("/schedules/:name", use: show)
            .put("/schedules/:name", use: put)
            .delete("/schedules/:name", use: delete)
            .post("/schedules/:name/trigger", use: trigger)
            .post("/schedules/:name/pause") { try await setPaused(true, $1) }
            .post("/schedules/:name/resume") { try await setPaused(false, $1) }
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
