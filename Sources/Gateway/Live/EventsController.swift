import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `/operations/{id}/events` and `/events`: what has happened, as a list or as Server-Sent Events.
struct EventsController: Sendable {
    let operations: Operations
    let events: EventHub
    let configuration: GatewayConfiguration

    /// The forms of the answers, the usual one first.
    private static let json = "application/json"
    private static let stream = "text/event-stream"
    private static let resumes = Endpoint.Parameter.header(
        "Last-Event-ID",
        "Where a stream goes on; the list's `cursor` says the same."
    )

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/operations/{id}/events",
                .events,
                "An operation's events so far, or as they come",
                details: """
                    With `Accept: text/event-stream` a stream of Server-Sent Events that begins with the first event, or \
                    after `Last-Event-ID`, and ends after the event with which the operation ends. A comment is sent \
                    each 15 s.
                    """,
                parameters: [OperationsController.id, .limit(1000, default: 1000), .cursor, Self.resumes],
                answers: [
                    answer("An operation's events, oldest first."),
                    Endpoint.Answer(status: 204, summary: "The operation has ended, and `Last-Event-ID` was its last."),
                ],
                problems: [.notFound],
                handler: ofOperation
            ),
            Endpoint(
                .get,
                "/events",
                .events,
                "The latest events of everything, or as they come",
                details: """
                    The streams keep about as many events as the deployment says; a stream that resumes after one that is \
                    gone begins with the oldest that is kept. A new stream begins with what comes next.
                    """,
                parameters: [.limit(1000, default: 100), .cursor, Self.resumes],
                answers: [answer("Events, oldest first.")],
                handler: ofAll
            ),
        ]
    }

    private func answer(_ summary: String) -> Endpoint.Answer {
        Endpoint.Answer(
            status: 200,
            summary: summary,
            forms: [
                (
                    Self.json,
                    Shape(
                        "EventPage",
                        .answer([
                            .required("events", .array(of: EventReport.schema)),
                            .required("next_cursor", .string("After the last of these: for the next call.").orNull),
                        ])
                    ),
                    ["events": [EventReport.example], "next_cursor": "1760970622004-0.0"]
                ),
                (Self.stream, Shape(.string("`id`, `event` (the new state) and `data` (an event as JSON).")), nil),
            ]
        )
    }

    private struct Page: Encodable {
        let events: [EventReport]
        @ExplicitNull var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case events
            case nextCursor = "next_cursor"
        }
    }

    private func wantsStream(_ request: Request) -> Bool {
        MediaRanges(request.headers).best(of: [Self.json, Self.stream]) == Self.stream
    }

    @Sendable private func ofOperation(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.jobID("operation")
        var query = QueryReader(request)
        let limit = query.integer("limit", 1...1000)
        try query.check()
        let cursor = query.text("cursor") ?? request.headers[named: "Last-Event-ID"]
        guard try await operations.record(id) != nil else { throw Problem.notFound("operation", id.rawValue) }
        let queue = operations.queue
        guard wantsStream(request) else {
            let page = try await queue.timeline(of: id, after: cursor, limit: limit ?? 1000)
            return try Response(Page(events: page.map(EventReport.init), nextCursor: page.last?.id ?? cursor))
        }
        // Read before the stream begins, when a wrong place can still be refused; and a browser that has heard
        // everything asks again and again until it is told 204.
        let isOver = try await Self.isOver(id, operations)
        let rest = try await queue.timeline(of: id, after: cursor, limit: 1)
        if isOver, rest.isEmpty, cursor != nil { return Response(status: .noContent) }
        let stream = EventStream(
            changes: { events.subscribe(to: id.rawValue) },
            read: { after in
                let page = try await queue.timeline(of: id, after: after, limit: 500)
                return page.map { EventStream.Item(cursor: $0.id, event: $0) }
            },
            isOver: { try await Self.isOver(id, operations) },
            heartbeat: configuration.streamHeartbeat,
            writeLimit: configuration.streamWriteLimit
        )
        return stream.response(after: cursor, channel: context.channel, logger: context.logger)
    }

    /// Whether the operation has ended; its last event was then written in the same moment.
    private static func isOver(_ id: JobID, _ operations: Operations) async throws -> Bool {
        guard let record = try await operations.record(id) else { return true }
        return record.state.isTerminal
    }

    @Sendable private func ofAll(_ request: Request, context: GatewayContext) async throws -> Response {
        var query = QueryReader(request)
        let limit = query.integer("limit", 1...1000)
        try query.check()
        let text = query.text("cursor") ?? request.headers[named: "Last-Event-ID"]
        let queue = operations.queue
        let start = try text.map { try queue.eventCursor($0) }
        guard wantsStream(request) else {
            let page =
                if let start { try await queue.events(after: start, limit: limit ?? 100) } else {
                    try await queue.newestEvents(limit: limit ?? 100)
                }
            let next = page.last?.cursor ?? start
            return try Response(
                Page(events: page.map { EventReport($0.event) }, nextCursor: next?.description)
            )
        }
        let first = if let start { start } else { try await queue.latestEvents() }
        let stream = EventStream(
            changes: { events.subscribe() },
            read: { after in
                let cursor = try after.map { try queue.eventCursor($0) } ?? first
                return try await queue.events(after: cursor, limit: 500).map {
                    EventStream.Item(cursor: $0.cursor.description, event: $0.event)
                }
            },
            isOver: { false },
            heartbeat: configuration.streamHeartbeat,
            writeLimit: configuration.streamWriteLimit
        )
        return stream.response(after: first.description, channel: context.channel, logger: context.logger)
    }
}
