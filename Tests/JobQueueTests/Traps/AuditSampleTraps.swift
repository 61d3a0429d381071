import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A sampled result is looked at, and nothing waits for that.
@Suite("Audit samples", .redisServer(), .timeLimit(.minutes(1))) struct AuditSampleTraps {
    private func sampled(_ confidence: Double = 0.95, _ result: String = #"{"rows":1}"#) -> Settlement.Verdict {
        .completed(
            EncodedOutcome(result: Array(result.utf8), confidence: confidence, parts: [], review: .auditSample)
        )
    }

    private func samples(_ test: QueueUnderTest) async throws -> [EscalationSnapshot] {
        try await test.queue.escalations(matching: EscalationFilter(reasons: [.auditSample])).escalations
    }

    @Test func `the job completes, its dependents run, and the sample is listed apart from what holds up a job`()
        async throws
    {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(
                NewFlow(
                    id: JobID(trusted: "op"),
                    steps: [
                        NewFlow.Step("E1", test.job { $0.auditRate = 0.25 }),
                        NewFlow.Step("E2", test.job(), after: ["E1"]),
                    ]
                )
            )
            let job = try #require(try await test.claim(1).first)
            #expect(job.line.policy.auditRate == 0.25)
            #expect(try await test.settle(job, sampled()) == "completed")
            #expect(try await test.claim(1).map(\.id.rawValue) == ["op:E2"])
            #expect(try await test.queue.openEscalationCount() == 0)
            let sample = try #require(try await samples(test).first)
            #expect(!sample.isBlocking && sample.reason == .auditSample && sample.auditRate == 0.25)
            #expect(sample.flow?.rawValue == "op" && sample.confidence == 0.95)
            #expect(try await test.queue.job(job.id)?.escalation == sample.id)
        }
    }

    @Test func `a result below the threshold is parked, sampled or not`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job())
            #expect(try await test.settle(try await test.claim(1)) { _ in sampled(0.2) } == ["escalated"])
            #expect(try await test.queue.openEscalations().first?.reason == .lowConfidence)
        }
    }

    @Test(arguments: [Decision.approve, .reject, .override(["rows": 2])])
    func `a verdict is recorded, can be undone, and changes nothing of the job`(_ decision: Decision) async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job())
            try await test.settle(try await test.claim(1)) { _ in sampled() }
            let sample = try #require(try await samples(test).first)
            let key = test.partition.key(job: sample.job)
            let before = try await test.command("HGETALL", key).notation
            #expect(try await test.command("PTTL", key).integer == -1)
            let answer = try await test.queue.decide(sample.id, decision, version: 1, reviewer: "ann")
            #expect(answer == (2, .completed))
            #expect(try await test.command("HGETALL", key).notation == before)
            #expect(try await test.command("PTTL", key).integer ?? 0 > 0)
            let decided = try #require(try await test.queue.escalation(sample.id))
            #expect(decided.resolution == decision.resolution && decided.state == .resolved)
            #expect(decided.value == (decision.name == "override" ? Array(#"{"rows":2}"#.utf8) : nil))
            #expect(try await test.queue.undoDecision(sample.id, version: 2, by: "ann") == (3, .completed))
            #expect(try await test.command("PTTL", key).integer == -1)
            #expect(try await samples(test).map(\.id) == [sample.id])
        }
    }

    @Test func `a sample is not retried`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job())
            try await test.settle(try await test.claim(1)) { _ in sampled() }
            let sample = try #require(try await samples(test).first)
            let error = await failure {
                let retry = Decision.retry(parameters: nil, guidance: nil)
                try await test.queue.decide(sample.id, retry, version: 1, reviewer: "ann")
            }
            #expect(error?.code == .invalidDecision)
            #expect(try await test.state(sample.job) == .completed)
        }
    }

    @Test func `samples that nobody looks at give way to newer ones, and are told as expired`() async throws {
        try await QueueUnderTest.with { test in
            _ = try await test.queue.enqueue((0..<1010).map { _ in test.job { $0.retention = .zero } })
            var settled: [JobID] = []
            while true {
                let jobs = try await test.claim(101)
                if jobs.isEmpty { break }
                try await test.settle(jobs) { _ in sampled() }
                settled += jobs.map(\.id)
            }
            #expect(settled.count == 1010)
            #expect(try await test.command("ZCARD", "\(test.base):samples").integer == 1000)
            let gone = try await test.queue.escalations(matching: EscalationFilter(states: [.expired])).escalations
            #expect(gone.count == 10 && gone.allSatisfy { $0.decidedMilliseconds != nil })
            let kept = try await test.queue.jobs(settled).compactMap(\.self).count
            #expect(kept == 1000)
            let told = try await test.command("XRANGE", "\(test.base):escalations", "-", "+")
            #expect(told.elements.count { $0[1][3].string == "expired" } == 10)
        }
    }

    @Test func `the share of samples is the rate, also among the steps of one flow, and a larger rate keeps them`() {
        for ids in [(0..<20_000).map { "op-\($0):E1" }, (0..<20_000).map { "op-20261122-101010-0a1b2c3d:E\($0)" }] {
            let ids = ids.map { JobID(trusted: $0) }
            let tenth = ids.filter { AuditSampling.includes($0, rate: 0.1) }
            // Six standard deviations of 2,000 ± 42.
            #expect((1746...2254).contains(tenth.count), "\(tenth.count)")
            #expect(tenth.allSatisfy { AuditSampling.includes($0, rate: 0.2) })
            #expect(!ids.contains { AuditSampling.includes($0, rate: 0) })
            #expect(ids.allSatisfy { AuditSampling.includes($0, rate: 1) })
        }
    }
}
