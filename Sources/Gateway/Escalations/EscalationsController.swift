import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `/escalations`: the review queue.
struct EscalationsController: Sendable {
    let operations: Operations
    let maximumBodyBytes: Int

    private var queue: JobQueue { operations.queue }

    var endpoints: RouteCollection<GatewayContext> {
        RouteCollection(context: GatewayContext.self)
            .get("/escalations", use: list)
            .get("/escalations/:id", use: show)
            .post("/escalations/:id/claim", use: claim)
            .post("/escalations/:id/release", use: release)
            .post("/escalations/:id/decision", use: decide)
    }

    /// The states in which an escalation waits; one that is decided is read by its id.
    private enum WaitingState: String, CaseIterable {
        case open, claimed
    }

    private struct Page: Encodable {
        let escalations: [EscalationReport]
        /// How many fit the filters, on this page or not.
        let total: Int
    }

    /// Among how many of the oldest a filter looks; the records have no index by reason or assignee.
    private static let filterLimit = 10_000

    /// The waiting escalations, oldest first.
    @Sendable private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        var query = QueryReader(request)
        let state = query.word("state", WaitingState.self)
        let reason = query.word("reason", ReviewReason.self)
        let limit = query.integer("limit", 1...1000)
        try query.check()
        let assignee = query.text("assignee")
        guard state != nil || reason != nil || assignee != nil else {
            let count = try await queue.openEscalationCount()
            let page = try await queue.openEscalations(limit: limit ?? 100).map(EscalationReport.init)
            // One that was opened between the two reads is on the page and not in the count.
            return try Response(Page(escalations: page, total: max(count, page.count)))
        }
        let found = try await queue.openEscalations(limit: Self.filterLimit).filter { escalation in
            (state == nil || escalation.state.rawValue == state?.rawValue)
                && (reason == nil || escalation.reason == reason)
                && (assignee == nil || escalation.assignee == assignee)
        }
        let page = found.prefix(limit ?? 100).map(EscalationReport.init)
        return try Response(Page(escalations: page, total: found.count))
    }

    private func escalation(_ id: String) async throws -> EscalationSnapshot {
        guard let escalation = try await queue.escalation(id) else { throw Problem.notFound("escalation", id) }
        return escalation
    }

    @Sendable private func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let escalation = try await escalation(try context.text("id"))
        return try Response(try await EscalationDetail(escalation, from: operations))
    }

    /// `{"version":N,"reviewer":"…","lease_seconds":900}`: the escalation is the reviewer's until the lease ends.
    @Sendable private func claim(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        let lease = reader.integer("lease_seconds", 1...86_400) ?? 900
        try reader.check()
        _ = try await queue.claimEscalation(
            id,
            version: review.version,
            reviewer: review.reviewer,
            lease: .seconds(lease)
        )
        return try Response(EscalationReport(try await escalation(id)))
    }

    /// `{"version":N,"reviewer":"…"}`: the escalation goes back to the others.
    @Sendable private func release(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        try reader.check()
        _ = try await queue.releaseEscalation(id, version: review.version, reviewer: review.reviewer)
        return try Response(EscalationReport(try await escalation(id)))
    }

    private struct Decided: Encodable {
        let report: EscalationReport
        /// What became of the job.
        let jobState: JobState

        private enum CodingKeys: String, CodingKey {
            case jobState = "job_state"
        }

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(jobState, forKey: .jobState)
        }
    }

    /// Applies a decision, once: a second one, or one on a version that is not the current one, is 409.
    @Sendable private func decide(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        let comment = reader.string("comment", bytes: 0...10_000)
        let decision = Decision(&reader)
        try reader.check()
        guard let decision else { throw Problem.invalid("decision", "is missing") }
        let state = try await queue.decide(
            id,
            decision,
            version: review.version,
            reviewer: review.reviewer,
            comment: comment
        ).state
        return try Response(Decided(report: EscalationReport(try await escalation(id)), jobState: state))
    }
}
