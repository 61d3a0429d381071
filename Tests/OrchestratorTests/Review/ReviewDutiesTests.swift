import JobModel
import JobQueue
import Orchestrator
import PostgresClient
import PrivateServers
import TestSupport
import Testing

@Suite("The duties of the review", .postgresServer, .timeLimit(.minutes(5)))
struct ReviewDutiesTests {
    @Test("an override is held against the schema of the result, and nothing changes where it does not fit")
    func override() async throws {
        try await ReviewStage.with { stage in
            let escalation = try #require(try await stage.escalations(1).first)
            let error = try await #require(throws: RequestError.self) {
                try await stage.reviews.decide(
                    escalation.id,
                    .override(["rows": "many", "more": 1]),
                    version: escalation.version,
                    reviewer: "ada"
                )
            }
            #expect(Set(error.defects.map(\.field)) == ["value.rows", "value.more"])
            let parameters = try await #require(throws: RequestError.self) {
                try await stage.reviews.decide(
                    escalation.id,
                    .retry(parameters: ["rows": "many"], guidance: nil),
                    version: escalation.version,
                    reviewer: "ada"
                )
            }
            #expect(parameters.defects.map(\.field) == ["parameters.rows"])
            let name = try await #require(throws: JobQueueError.self) {
                try await stage.reviews.decide(escalation.id, .approve, version: escalation.version, reviewer: "policy")
            }
            #expect(name.code == .invalidDecision)
            #expect(try await stage.events(escalation.id) == ["opened"])
            let decided = try await stage.reviews.decide(
                escalation.id,
                .override(["rows": 7]),
                version: escalation.version,
                reviewer: "ada"
            )
            #expect(decided.state == .completed)
            let result = try #require(try await stage.queue.job(escalation.job)?.result)
            #expect(try JSONValue(parsing: result) == ["rows": 7])
        }
    }

    @Test("the audit log has every change once, with several orchestrators, and never the value itself")
    func audit() async throws {
        try await ReviewStage.with(orchestrators: 3, database: try await PostgresServerTrait.newDatabase()) { stage in
            let queue = stage.queue
            let escalations = try await stage.escalations(3)
            let first = escalations[0]
            var version = try await queue.claimEscalation(first.id, version: first.version, reviewer: "ada")
            version = try await queue.releaseEscalation(first.id, version: version, reviewer: "ada")
            _ = try await queue.commentEscalation(first.id, by: "bob", text: "looks odd")
            _ = try await queue.commentEscalation(first.id, by: "bob", text: "very odd")
            version = try await stage.reviews.decide(
                first.id,
                .override(["rows": 4711]),
                version: version,
                reviewer: "ada",
                comment: "counted by hand"
            ).version
            version = try await queue.undoDecision(first.id, version: version, by: "eve").version
            try await stage.reviews.decide(first.id, .approve, version: version, reviewer: "eve")
            let entries = try await stage.until {
                let entries = try await stage.reviews.history(of: first.id)
                return entries.count == 8 ? entries : nil
            }
            #expect(
                Set(entries.map(\.event)) == [
                    "opened", "claimed", "released", "commented", "overridden", "undone", "approved",
                ]
            )
            let override = try #require(entries.first { $0.event == "overridden" })
            #expect(override.by == "ada")
            #expect(override.reason == "low_confidence")
            #expect(override.confidence == 0.5)
            #expect(override.worker == "desk")
            #expect(override.detail["comment"] == "counted by hand")
            #expect(override.detail["value_fields"] == ["rows"])
            #expect(override.detail["value_sha256"]?.string?.count == 64)
            #expect(!(try override.detail.encoded.contains("4711")))
            let page = try await stage.reviews.audit(AuditFilter(by: "bob", limit: 1))
            #expect(page.entries.count == 1)
            #expect(page.next == page.entries.first?.sequence)
            let rest = try await stage.reviews.audit(AuditFilter(by: "bob", limit: 1, cursor: page.next))
            #expect(rest.entries.count == 1)
            #expect(rest.next == nil)
            let postgres = try #require(stage.postgres)
            for sql in [
                "UPDATE escalation_audit SET event = 'x'", "DELETE FROM escalation_audit", "TRUNCATE escalation_audit",
            ] {
                await #expect(throws: PostgresError.self, "\(sql)") { try await postgres.execute(sql) }
            }
            let report = try await stage.reviews.calibration(CalibrationQuery())
            #expect(report.source == "audit_log")
            #expect(report.overall?.count == 1, "what was undone does not count")
            #expect(report.overall?.agreement == 1)
        }
    }

    @Test("while PostgreSQL is down nothing blocks, and the log is complete when it is back")
    func outage() async throws {
        let server = try await PrivatePostgres.start(durability: .fast)
        let database = try await server.createDatabase("audit")
        do {
            try await ReviewStage.with(orchestrators: 2, database: database) { stage in
                let before = try await stage.escalations(2)
                try await stage.reviews.decide(before[0].id, .approve, version: before[0].version, reviewer: "ada")
                await server.kill()
                try await stage.reviews.decide(before[1].id, .reject, version: before[1].version, reviewer: "ada")
                _ = try await stage.escalations(3)
                try await server.restart()
                let audit = try #require(stage.reviews.audit)
                try await stage.until {
                    do {
                        return try await audit.count() == 7 ? () : nil
                    } catch let error as PostgresError where error.isRetryable {
                        return nil
                    }
                }
            }
        } catch {
            await server.terminate()
            throw error
        }
        await server.terminate()
    }

    @Test("three orchestrators take each step of the ladder once")
    func ladder() async throws {
        let policy = ReviewPolicy(
            standard: ReviewPolicy.Rules(
                dueAfter: .milliseconds(300),
                remindEvery: nil,
                tiers: ["desk", "leads"],
                whenOverdue: .approve
            ),
            exceptions: [.retriesExhausted: ReviewPolicy.Rules(dueAfter: .milliseconds(300), remindEvery: nil)]
        )
        try await ReviewStage.with(orchestrators: 3, policy: policy) { stage in
            let escalations = try await stage.escalations(20)
            for escalation in escalations {
                try await stage.until {
                    try await stage.queue.escalation(escalation.id)?.state == .resolved ? () : nil
                }
                #expect(try await stage.events(escalation.id) == ["opened", "due_set", "handed_on", "approved"])
                let decided = try #require(try await stage.queue.escalation(escalation.id))
                #expect(decided.reviewer == ReviewPolicy.reviewer)
                #expect(decided.tier == 2)
            }
            let exhausted = try #require(try await stage.escalations(1, input: #"{"fail":true}"#).first)
            try await stage.until {
                try await stage.events(exhausted.id).contains("reminded") ? () : nil
            }
            #expect(try await stage.events(exhausted.id) == ["opened", "due_set", "reminded"])
            let report = try await stage.reviews.calibration(CalibrationQuery())
            #expect(report.source == "queue")
            #expect(report.overall == nil)
            #expect(report.omitted.byPolicy == 20)
        }
    }

    @Test("two reviewers race on 500 escalations: each is decided once, applied once, and logged")
    func race() async throws {
        try await ReviewStage.with(orchestrators: 2, database: try await PostgresServerTrait.newDatabase()) { stage in
            let escalations = try await stage.escalations(500)
            async let ada = Self.won(by: "ada", with: .approve, of: escalations.shuffled(), on: stage)
            async let bob = Self.won(by: "bob", with: .reject, of: escalations.shuffled(), on: stage)
            let winners = try await Dictionary(
                ada.map { ($0, ["ada"]) } + bob.map { ($0, ["bob"]) },
                uniquingKeysWith: +
            )
            #expect(winners.count == 500)
            #expect(winners.values.allSatisfy { $0.count == 1 })
            #expect(Set(winners.values.flatMap { $0 }) == ["ada", "bob"], "both have won some")
            for escalation in escalations {
                let winner = try #require(winners[escalation.id]?.first)
                let decided = try #require(try await stage.queue.escalation(escalation.id))
                #expect(decided.reviewer == winner)
                let job = try #require(try await stage.queue.job(escalation.job))
                #expect(job.state == (winner == "ada" ? .completed : .cancelled))
                #expect(job.review == (winner == "ada" ? "approved" : "rejected"))
            }
            let audit = try #require(stage.reviews.audit)
            try await stage.until { try await audit.count() >= 1000 ? () : nil }
            #expect(try await audit.count() == 1000, "opened and decided, 500 times")
            let report = try await stage.reviews.calibration(CalibrationQuery())
            #expect(report.overall?.count == 500)
        }
    }

    /// Decides all of them as one reviewer; answers those of which it was the first.
    private static func won(
        by reviewer: String,
        with decision: Decision,
        of escalations: [EscalationSnapshot],
        on stage: ReviewStage
    ) async throws -> [String] {
        var won: [String] = []
        for escalation in escalations {
            do {
                try await stage.reviews.decide(
                    escalation.id,
                    decision,
                    version: escalation.version,
                    reviewer: reviewer
                )
                won.append(escalation.id)
            } catch let error as JobQueueError where error.code == .conflict {
                continue  // The other was faster.
            }
        }
        return won
    }
}
