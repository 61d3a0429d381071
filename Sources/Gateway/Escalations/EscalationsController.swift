import Hummingbird
import JobModel
import JobQueue
import Orchestrator

/// `/escalations`: the review queue.
struct EscalationsController: Sendable {
    let operations: Operations
    let maximumBodyBytes: Int

    private var queue: JobQueue { operations.queue }

    private struct Page: Encodable {
        let escalations: [EscalationReport]
        /// How many fit the filters, on this page or not; `nil` where only reading all would tell.
        @ExplicitNull var total: Int?
        @ExplicitNull var nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case escalations, total
            case nextCursor = "next_cursor"
        }
    }

    @Sendable func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let query = try EscalationQuery(QueryReader(request))
        let page = try await queue.escalations(matching: query.filter)
        var total: Int?
        if query.filter.cursor == nil, page.next == nil {
            total = page.escalations.count
        } else if query.isUnfiltered, query.filter.isBlocking == true {
            total = try await queue.openEscalationCount()
        }
        let reports = page.escalations.map(EscalationReport.init)
        return try Response(Page(escalations: reports, total: total, nextCursor: page.next))
    }

    private func escalation(_ id: String) async throws -> EscalationSnapshot {
        guard let escalation = try await queue.escalation(id) else { throw Problem.notFound("escalation", id) }
        return escalation
    }

    @Sendable func show(_ request: Request, context: GatewayContext) async throws -> Response {
        let escalation = try await escalation(try context.text("id"))
        return try Response(try await EscalationDetail(escalation, from: operations))
    }

    private func changed(_ id: String) async throws -> Response {
        try Response(EscalationReport(try await escalation(id)))
    }

    /// `{"version":N,"reviewer":"…","lease_seconds":900}`: the escalation is the reviewer's until the lease ends.
    @Sendable func claim(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        let lease = reader.integer("lease_seconds", 1...86_400) ?? 900
        try reader.check()
        try await queue.claimEscalation(id, version: review.version, reviewer: review.reviewer, lease: .seconds(lease))
        return try await changed(id)
    }

    /// `{"version":N,"reviewer":"…"}`: the escalation goes back to the others.
    @Sendable func release(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        try reader.check()
        try await queue.releaseEscalation(id, version: review.version, reviewer: review.reviewer)
        return try await changed(id)
    }

    /// `{"version":N,"reviewer":"…","assigned_to":"…"}`: says who should decide, and holds nobody off.
    @Sendable func assign(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        let designee = reader.string("assigned_to", bytes: 1...100)
        try reader.check()
        try await queue.assignEscalation(id, version: review.version, to: designee, by: review.reviewer)
        return try await changed(id)
    }

    /// `{"reviewer":"…","text":"…"}`: adds a remark, also to one that is decided; the version stays.
    @Sendable func comment(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let reviewer = Review.reviewer(&reader)
        let text = reader.string("text", required: true, bytes: 1...4000)
        try reader.check()
        try await queue.commentEscalation(id, by: reviewer, text: text ?? "")
        return try await changed(id)
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

    private func decided(_ id: String, _ state: JobState) async throws -> Response {
        try Response(Decided(report: EscalationReport(try await escalation(id)), jobState: state))
    }

    /// Applies a decision, once: a second one, or one on a version that is not the current one, is 409.
    @Sendable func decide(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        let comment = reader.string("comment", bytes: 0...10_000)
        let decision = Decision(&reader)
        try reader.check()
        guard let decision else { throw Problem.invalid("decision", "is missing") }
        let state = try await apply(decision, to: id, review, comment).state
        return try await decided(id, state)
    }

    private func apply(
        _ decision: Decision,
        to id: String,
        _ review: Review,
        _ comment: String?
    ) async throws -> (version: Int, state: JobState) {
        if case .override(let value) = decision {
            let escalation = try await escalation(id)
            let catalog = try await operations.actions()
            let schema = catalog[escalation.queue.rawValue, escalation.action]?.result
            let defects = schema?.defects(in: value, at: "value") ?? []
            if !defects.isEmpty { throw Problem.invalid(defects) }
        }
        return try await queue.decide(
            id,
            decision,
            version: review.version,
            reviewer: review.reviewer,
            comment: comment
        )
    }

    /// `{"version":N,"reviewer":"…"}`: takes a decision back, until a step that depends on the job has started.
    @Sendable func undo(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try context.text("id")
        var reader = FieldReader(try await request.object(upTo: maximumBodyBytes))
        let review = Review(&reader)
        try reader.check()
        let state = try await queue.undoDecision(id, version: review.version, by: review.reviewer).state
        return try await decided(id, state)
    }

    /// Applies many decisions, one after the other; each is answered for itself.
    @Sendable func decideAll(_ request: Request, context: GatewayContext) async throws -> Response {
        let bulk = try BulkDecision(try await request.object(upTo: maximumBodyBytes))
        var entries: [BulkDecisionReport.Entry] = []
        for item in bulk.items {
            do {
                let outcome = try await apply(item.decision, to: item.escalation, item.review, item.comment)
                entries.append(
                    BulkDecisionReport.Entry(
                        escalation: item.escalation,
                        applied: true,
                        version: outcome.version,
                        jobState: outcome.state
                    )
                )
            } catch {
                let problem = Problem(error)
                // What was decided stays decided: a server that stops must not hide that.
                entries.append(
                    BulkDecisionReport.Entry(
                        escalation: item.escalation,
                        applied: false,
                        problem: BulkDecisionReport.Refusal(problem)
                    )
                )
            }
        }
        return try Response(BulkDecisionReport(entries))
    }
}
