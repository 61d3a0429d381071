import JobModel
import JobQueue

/// The query of `GET /escalations`.
struct EscalationQuery {
    let filter: EscalationFilter
    /// Whether nothing but the order and the page is asked for.
    let isUnfiltered: Bool

    private enum Order: String, CaseIterable {
        case asc, desc
    }

    /// Reads it.
    ///
    /// - Throws: the ``Problem`` that names every parameter that is wrong.
    init(_ query: QueryReader) throws(Problem) {
        var query = query
        let states = query.words("state", EscalationState.self)
        let reasons = query.words("reason", ReviewReason.self)
        let queue = query.value("queue", "must be the name of a queue") { QueueName(rawValue: $0) }
        let flow = query.value("operation_id", "must be the id of an operation") { JobID(rawValue: $0) }
        let blocking = query.flag("blocking")
        let overdue = query.flag("overdue")
        let sort = query.word("sort", EscalationFilter.Sort.self)
        let order = query.word("order", Order.self)
        let limit = query.integer("limit", 1...1000)
        try query.check()
        let assignee = query.text("assignee")
        let designee = query.text("assigned_to")
        filter = EscalationFilter(
            states: states ?? [.open, .claimed],
            reasons: reasons ?? [],
            queues: queue.map { [$0] } ?? [],
            flow: flow,
            assignee: assignee,
            designee: designee,
            isBlocking: blocking,
            overdueOnly: overdue ?? false,
            sort: sort ?? .opened,
            isAscending: order != .desc,
            limit: limit ?? 100,
            cursor: query.text("cursor")
        )
        isUnfiltered =
            states == nil && reasons == nil && queue == nil && flow == nil && blocking != false && overdue != true
            && assignee == nil && designee == nil
    }

    /// The parameters, as the document describes them.
    static let parameters: [Endpoint.Parameter] = [
        .query("state", "States, separated by commas; `open,claimed` unless said.", .string(default: "open,claimed")),
        .query("reason", "Reasons, separated by commas."), .query("queue", "Only of this queue."),
        .query("operation_id", "Only of this operation."), .query("assignee", "Only those that this reviewer holds."),
        .query("assigned_to", "Only those that this reviewer should decide."),
        .query("blocking", "`true` for those that a job waits for, `false` for audit samples.", .boolean()),
        .query("overdue", "`true` for those whose due time has passed.", .boolean()),
        .query("sort", "What the list is ordered by.", .word(EscalationFilter.Sort.self)),
        .query("order", "Smallest or greatest first.", .word(Order.self)), .limit(1000, default: 100), .cursor,
    ]
}
