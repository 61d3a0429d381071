import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A decision is applied once, by whoever may, on what the reviewer saw.
@Suite("Reviews", .redisServer(), .timeLimit(.minutes(1))) struct ReviewTraps {
    /// Enqueues a job that ends up before a person.
    private func parked(_ test: QueueUnderTest) async throws -> EscalationSnapshot {
        try await test.enqueue(test.job())
        try await test.settle(try await test.claim(1)) { _ in .completed(#"{"rows":1}"#, confidence: 0.4) }
        return try #require(try await test.queue.openEscalations().first)
    }

    private func error(
        _ test: QueueUnderTest,
        _ escalation: EscalationSnapshot,
        _ decision: Decision,
        version: Int,
        by reviewer: String = "bob"
    ) async -> JobQueueError? {
        await failure {
            try await test.queue.decide(escalation.id, decision, version: version, reviewer: reviewer)
        }
    }

    @Test(arguments: [
        (Decision.approve, JobState.completed), (.reject, .cancelled), (.override(["rows": 2]), .completed),
        (.retry(parameters: ["n": 1], guidance: "look twice"), .ready),
    ])
    func `a second decision changes nothing, whatever the first one was`(
        _ decision: Decision,
        _ state: JobState
    ) async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parked(test)
            let first = try await test.queue.decide(escalation.id, decision, version: 1, reviewer: "ann")
            #expect(first == (2, state))
            let before = try await test.command("HGETALL", test.partition.key(job: escalation.job))
            for second in [Decision.approve, .reject, .override(3), .retry(parameters: nil, guidance: nil)] {
                for version in 1...2 {
                    #expect(await error(test, escalation, second, version: version)?.code == .conflict)
                }
            }
            let after = try await test.command("HGETALL", test.partition.key(job: escalation.job))
            #expect(after.notation == before.notation)
            let decided = try #require(try await test.queue.escalation(escalation.id))
            #expect(decided.version == 2 && decided.reviewer == "ann" && decided.resolution == decision.resolution)
        }
    }

    @Test func `of a hundred decisions at once exactly one is applied, and told once`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parked(test)
            let applied = try await withThrowingTaskGroup(of: Int?.self) { group in
                for connection in 0..<10 {
                    group.addTask { @concurrent in
                        try await QueueUnderTest.with({ $0.namespace = test.queue.configuration.namespace }) { other in
                            var winner: Int?
                            for number in connection * 10..<connection * 10 + 10 {
                                let value = Decision.override(.integer(number))
                                let error = await self.error(
                                    other,
                                    escalation,
                                    value,
                                    version: 1,
                                    by: "reviewer\(number)"
                                )
                                #expect(error == nil || error?.code == .conflict)
                                if error == nil { winner = number }
                            }
                            return winner
                        }
                    }
                }
                return try await group.reduce(into: [Int]()) { winners, winner in
                    if let winner { winners.append(winner) }
                }
            }
            #expect(applied.count == 1)
            let job = try #require(try await test.queue.job(escalation.job))
            #expect(job.result == applied.first.map { Array("\($0)".utf8) })
            let decided = try #require(try await test.queue.escalation(escalation.id))
            #expect(decided.reviewer == applied.first.map { "reviewer\($0)" } && decided.history.count == 2)
            let told = try await test.command("XRANGE", "\(test.base):escalations", "-", "+")
            #expect(told.count == 2)
            #expect(try await test.queue.openEscalationCount() == 0)
        }
    }

    @Test func `two reviewers who claim at once do not both hold the escalation`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parked(test)
            let holders = await withTaskGroup(of: String?.self) { group in
                for reviewer in (0..<20).map({ "reviewer\($0)" }) {
                    group.addTask {
                        let error = await failure {
                            try await test.queue.claimEscalation(escalation.id, version: 1, reviewer: reviewer)
                        }
                        return error == nil ? reviewer : nil
                    }
                }
                return await group.reduce(into: [String]()) { if let holder = $1 { $0.append(holder) } }
            }
            #expect(holders.count == 1)
            #expect(try await test.queue.escalation(escalation.id)?.assignee == holders.first)
        }
    }

    @Test func `a claimed escalation is its reviewer's until the claim runs out`() async throws {
        try await QueueUnderTest.withClock { test in
            let escalation = try await parked(test)
            let version = try await test.queue.claimEscalation(
                escalation.id,
                version: 1,
                reviewer: "ann",
                lease: .seconds(10)
            )
            #expect(version == 2)
            #expect(await error(test, escalation, .approve, version: 2)?.code == .conflict)
            let claim = await failure {
                try await test.queue.claimEscalation(escalation.id, version: 2, reviewer: "bob")
            }
            #expect(claim?.field == "reviewer")
            try await test.turn(to: QueueUnderTest.start + 10_000)
            #expect(try await test.queue.claimEscalation(escalation.id, version: 2, reviewer: "bob") == 3)
            #expect(await error(test, escalation, .approve, version: 2, by: "ann")?.code == .conflict)
            #expect(await error(test, escalation, .approve, version: 3, by: "ann")?.code == .conflict)
            #expect(try await test.queue.releaseEscalation(escalation.id, version: 3, reviewer: "bob") == 4)
            #expect(await error(test, escalation, .approve, version: 4, by: "ann") == nil)
        }
    }

    @Test func `a job without a result cannot be approved, and stays with the reviewers`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job { $0.onExhausted = .escalate })
            #expect(try await test.settle(try await test.claim(1)) { _ in .failedForGood } == ["escalated"])
            let escalation = try #require(try await test.queue.openEscalations().first)
            #expect(escalation.reason == .retriesExhausted)
            #expect(await error(test, escalation, .approve, version: 1)?.code == .invalidDecision)
            #expect(try await test.queue.openEscalationCount() == 1)
            try await test.queue.decide(escalation.id, .override(["rows": 0]), version: 1, reviewer: "bob")
            #expect(try await test.queue.job(escalation.job)?.result == Array(#"{"rows":0}"#.utf8))
        }
    }

    @Test func `a retried job has fresh counts, the new parameters and the guidance, and no old result`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parked(test)
            try await test.queue.decide(
                escalation.id,
                .retry(parameters: ["year": 2025], guidance: "use the final roll"),
                version: 1,
                reviewer: "ann"
            )
            let job = try #require(try await test.claim(1).first)
            #expect(job.attempt == 1 && job.delivery == 1 && job.guidance == "use the final roll")
            #expect(job.input == Array(#"{"year":2025}"#.utf8))
            #expect(try await test.queue.job(job.id)?.result == nil)
            // The second escalation of one job is another one, with a history of its own.
            try await test.settle(job, .completed(confidence: 0.2))
            let second = try #require(try await test.queue.openEscalations().first)
            #expect(second.id != escalation.id && second.version == 1)
        }
    }
}
