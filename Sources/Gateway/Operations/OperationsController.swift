import Hummingbird
import JobModel
import JobQueue
import NIOCore
import Orchestrator
import ServiceLifecycle

/// `/operations`: create, read, list, cancel, and the plan.
struct OperationsController: Sendable {
    let operations: Operations
    let events: EventHub
    let configuration: GatewayConfiguration

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .post("/operations", use: create)
            .get("/operations", use: list)
            .get("/operations/:id", use: show)
            .post("/operations/:id/cancel", use: cancel)
            .get("/operations/:id/plan", use: plan)
    }

    /// Accepts an operation and waits for it as long as the caller wants.
    ///
    /// The answer is 200 with the state as it is then, also where the operation has failed: existing clients expect
    /// that. It is 202 where the caller prefers not to wait and the operation has not ended.
    @Sendable private func create(_ request: Request, context: GatewayContext) async throws -> Response {
        let key = try request.idempotencyKey()
        let bytes = try await request.bytes(upTo: configuration.maximumBodyBytes)
        let body = try OperationRequest.parse(bytes, types: operations.templates.operationTypes)
        let preferences = Preferences(request.headers)
        let limit = preferences.wait(in: configuration)
        let id = try await operations.create(body, idempotencyKey: key).id
        let report = try await outcome(of: id, within: limit)
        var headers: HTTPFields = [.location: "/operations/\(id)"]
        headers[named: "Preference-Applied"] = preferences.applied(waited: limit)
        let isAccepted = preferences.respondsAsync && (limit == .zero || !report.isSettled)
        return try Response(report, status: isAccepted ? .accepted : .ok, headers: headers)
    }

    /// The report after the wait; a graceful shutdown cuts the wait short.
    ///
    /// - Throws: a ``Problem`` that says where the operation is found, when it is recorded and cannot be read now.
    private func outcome(of id: JobID, within limit: Duration) async throws -> OperationReport {
        do {
            let report: OperationReport?
            if limit > .zero, !Task.isShuttingDownGracefully {
                report = try await waited(id, limit)
            } else {
                report = try await operations.report(id)
            }
            if let report { return report }
            throw Problem.notFound("operation", id.rawValue)
        } catch let error as JobQueueError where error.code == .unreachable {
            var problem = Problem.unavailable("operation \(id) is recorded; its state cannot be read now")
            problem.headers[.location] = "/operations/\(id)"
            throw problem
        }
    }

    private func waited(_ id: JobID, _ limit: Duration) async throws -> OperationReport? {
        do {
            return try await cancelWhenGracefulShutdown {
                try await operations.wait(id, atMost: limit, events: events)
            }
        } catch  where Task.isShuttingDownGracefully && !Task.isCancelled {
            return try await operations.report(id)
        }
    }

    @Sendable private func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        guard let report = try await operations.report(id) else { throw Problem.notFound("operation", id.rawValue) }
        return try Response(report)
    }

    /// A page of operations, newest first.
    private struct Page: Encodable {
        let operations: [OperationReport]
        /// What the next page is asked with; `nil` on the last one.
        @ExplicitNull var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case operations
            case nextCursor = "next_cursor"
        }
    }

    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        var query = QueryReader(request)
        let status = query.word("status", OperationState.self)
        let limit = query.integer("limit", 1...200)
        let cursor = query.value("cursor", "must be the next_cursor of an earlier page") { text in
            Int(text).map { _ in text }
        }
        try query.check()
        let page = try await operations.list(
            status: status,
            type: query.text("type"),
            limit: limit ?? 50,
            cursor: cursor
        )
        return try Response(Page(operations: page.operations, nextCursor: page.next))
    }

    /// Ends an operation; one that has ended is answered as it is.
    @Sendable private func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        guard let report = try await operations.cancel(id) else { throw Problem.notFound("operation", id.rawValue) }
        return try Response(report)
    }

    private enum PlanFormat: String, CaseIterable {
        case json, mermaid
    }

    @Sendable private func plan(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        var query = QueryReader(request)
        let format = query.word("format", PlanFormat.self) ?? .json
        try query.check()
        guard let record = try await operations.record(id) else { throw Problem.notFound("operation", id.rawValue) }
        guard let plan = record.plan else {
            throw Problem(.notFound, "operation \(id) is \(record.state.rawValue) and has no plan")
        }
        guard format == .mermaid else { return try Response(plan) }
        let steps = try await operations.report(id)?.result.results ?? []
        let text = plan.mermaid(states: Dictionary(steps.map { ($0.name, $0.status) }) { _, last in last })
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }
}
