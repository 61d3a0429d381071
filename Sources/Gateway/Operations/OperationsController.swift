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

    /// The parameter of every path of one operation.
    static let id = Endpoint.Parameter.path("id", "The operation's id.")

    private static func report(
        _ status: Int,
        _ summary: String,
        headers: [String: String] = [:]
    ) -> Endpoint.Answer {
        .json(status, summary, OperationReport.shape, example: OperationReport.example, headers: headers)
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/operations",
                .operations,
                "Create an operation",
                details: """
                    Waits up to 25 s for its end unless `Prefer` says otherwise, and answers 200 with the state as it is \
                    then, also where the operation has failed: the error is in the body.
                    """,
                parameters: [
                    .header(
                        "Idempotency-Key",
                        "The same key answers the same operation.",
                        .string(minLength: 1, maxLength: 256)
                    ),
                    .header("Prefer", "`respond-async`, `wait=SECONDS`."),
                ],
                body: Endpoint.Body(
                    shape: OperationRequest.shape(types: operations.templates.operationTypes),
                    example: [
                        "operation_type": .string(operations.templates.operationTypes.first ?? "data_pipeline"),
                        "parameters": ["counties": ["06"], "datasets": ["NAL"], "year": 2025], "priority": 5,
                        "timeout_seconds": 300, "require_validation": true, "metadata": ["user_id": "123"],
                    ]
                ),
                answers: [
                    Self.report(200, "The operation after the wait.", headers: Self.createdHeaders),
                    Self.report(202, "It is recorded and has not ended.", headers: Self.createdHeaders),
                ],
                handler: create
            ),
            Endpoint(
                .get,
                "/operations",
                .operations,
                "List operations, newest first",
                parameters: [
                    .query("status", "Only those in this state.", .word(OperationState.self)),
                    .query("type", "Only those of this type."), .limit(200, default: 50), .cursor,
                ],
                answers: [
                    .json(
                        200,
                        "A page.",
                        Shape(
                            "OperationPage",
                            .answer([
                                .required("operations", .array(of: OperationReport.schema)),
                                .nullable("next_cursor", .string("Of the next page; null on the last.")),
                            ])
                        ),
                        example: ["operations": [OperationReport.example], "next_cursor": nil]
                    )
                ],
                handler: list
            ),
            Endpoint(
                .get,
                "/operations/{id}",
                .operations,
                "Read an operation",
                parameters: [Self.id],
                answers: [Self.report(200, "The operation.")],
                problems: [.notFound],
                handler: show
            ),
            Endpoint(
                .post,
                "/operations/{id}/cancel",
                .operations,
                "Cancel an operation",
                details: "Nothing more starts, and what runs is told. One that has ended is answered as it is.",
                parameters: [Self.id],
                answers: [Self.report(200, "The operation.")],
                problems: [.notFound],
                handler: cancel
            ),
            Endpoint(
                .post,
                "/operations/{id}/retry",
                .operations,
                "Run a failed operation again from its failed steps",
                details: "What has completed keeps its evidence. The retry is durable when this answers.",
                parameters: [Self.id],
                answers: [Self.report(202, "The operation, which is about to run again.", headers: Self.location)],
                problems: [.notFound, .conflict],
                handler: retry
            ),
            Endpoint(
                .get,
                "/operations/{id}/explain",
                .operations,
                "Say why an operation is not running, or how it ended",
                parameters: [Self.id],
                answers: [
                    .json(200, "What holds it up.", OperationExplanation.shape, example: OperationExplanation.example)
                ],
                problems: [.notFound],
                handler: explain
            ),
            Endpoint(
                .get,
                "/operations/{id}/plan",
                .operations,
                "Read the plan",
                parameters: [Self.id, .query("format", "As JSON or as a diagram.", .word(PlanFormat.self))],
                answers: [
                    Endpoint.Answer(
                        status: 200,
                        summary: "The plan.",
                        forms: [
                            ("application/json", Plan.shape, Plan.example),
                            (Self.plainText, Shape(.string("Mermaid.")), "flowchart LR\n"),
                        ]
                    )
                ],
                problems: [.notFound],
                handler: plan
            ),
        ]
    }

    private static let location = ["Location": "The operation's path."]
    private static let createdHeaders = location.merging(["Preference-Applied": "The preferences that were heeded."]) {
        first,
        _ in first
    }
    private static let plainText = "text/plain"

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
        let cursor = query.value("cursor", "must be the next_cursor of an earlier page") {
            OperationCursor($0)
        }
        try query.check()
        let page = try await operations.list(
            status: status,
            type: query.text("type"),
            limit: limit ?? 50,
            cursor: cursor
        )
        return try Response(Page(operations: page.operations, nextCursor: page.next?.description))
    }

    /// Ends an operation; one that has ended is answered as it is.
    @Sendable private func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        guard let report = try await operations.cancel(id) else { throw Problem.notFound("operation", id.rawValue) }
        return try Response(report)
    }

    /// 202, since the orchestrators take the retry up as a job of theirs.
    @Sendable private func retry(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        guard let report = try await operations.retry(id) else { throw Problem.notFound("operation", id.rawValue) }
        return try Response(report, status: .accepted, headers: [.location: "/operations/\(id)"])
    }

    @Sendable private func explain(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        guard let explanation = try await operations.explain(id) else {
            throw Problem.notFound("operation", id.rawValue)
        }
        return try Response(explanation)
    }

    private enum PlanFormat: String, CaseIterable {
        case json, mermaid
    }

    @Sendable private func plan(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        var query = QueryReader(request)
        let asked = query.word("format", PlanFormat.self)
        try query.check()
        guard let record = try await operations.record(id) else { throw Problem.notFound("operation", id.rawValue) }
        guard let plan = record.plan else {
            throw Problem(.notFound, "operation \(id) is \(record.state.rawValue) and has no plan")
        }
        let wanted = MediaRanges(request.headers).best(of: ["application/json", Self.plainText])
        guard (asked ?? (wanted == Self.plainText ? .mermaid : .json)) == .mermaid else { return try Response(plan) }
        let steps = try await operations.report(id)?.result.results ?? []
        let text = plan.mermaid(states: Dictionary(steps.map { ($0.name, $0.status) }) { _, last in last })
        return Response(text: text + "\n")
    }
}
