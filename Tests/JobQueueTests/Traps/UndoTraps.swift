import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A decision can be taken back until something has been built on it, and then nothing of it is left.
@Suite("Undone decisions", .redisServer(), .timeLimit(.minutes(1))) struct UndoTraps {
    private static let flow = JobID(trusted: "op")

    /// `E1` waits for a person; `E2` completes; `E3` needs both, `E4` needs `E3`, `E5` one of `E1` and `E2`.
    private func parkedFlow(_ test: QueueUnderTest) async throws -> EscalationSnapshot {
        try await test.queue.enqueue(
            NewFlow(
                id: Self.flow,
                steps: [
                    NewFlow.Step("E1", test.job()), NewFlow.Step("E2", test.job(queue: "other")),
                    NewFlow.Step("E3", test.job(queue: "child"), after: ["E1", "E2"]),
                    NewFlow.Step("E4", test.job(queue: "child"), after: ["E3"]),
                    NewFlow.Step("E5", test.job(queue: "any"), after: ["E1", "E2"], fanIn: .any),
                ],
                whenSettled: test.job(queue: "owner")
            )
        )
        let other = try #require(try await test.handout("other", slots: 1).jobs.first)
        let first = try #require(try await test.claim(1).first)
        try await test.settle(first, .completed(#"{"rows":1}"#, confidence: 0.3))
        try await test.settle(other, .completed())
        return try #require(try await test.queue.openEscalations().first)
    }

    private func states(_ test: QueueUnderTest) async throws -> [JobState?] {
        try await test.queue.jobs((1...5).map { JobID(trusted: "op:E\($0)") }).map { $0?.state }
    }

    @Test(arguments: [
        Decision.approve, .override(["rows": 2]), .reject, .retry(parameters: ["n": 1], guidance: "twice"),
    ])
    func `an undone decision leaves every record of the flow as it was, and another decision can follow`(
        _ decision: Decision
    ) async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parkedFlow(test)
            // Not settled by the decision itself: E5 stands ready, and counts as a dependent that has not started.
            let before = try await records(test)
            try await test.queue.decide(escalation.id, decision, version: 1, reviewer: "ann", comment: "sure")
            #expect(try await records(test) != before)
            #expect(try await test.queue.undoDecision(escalation.id, version: 2, by: "bob") == (3, .escalated))
            #expect(try await records(test) == before)
            let open = try #require(try await test.queue.openEscalations().first)
            #expect(open.state == .open && open.version == 3 && open.resolution == nil && open.comment == nil)
            #expect(open.history.map(\.event) == ["opened", decision.resolution, "undone"])
            #expect(try await test.command("PTTL", "\(test.base):e:\(escalation.id)").integer == -1)
            try await test.queue.decide(escalation.id, .approve, version: 3, reviewer: "ann")
            #expect(try await states(test) == [.completed, .completed, .ready, .waiting, .ready])
        }
    }

    /// Every field of the jobs and of the flow.
    private func records(_ test: QueueUnderTest) async throws -> [[String: String]] {
        var records: [[String: String]] = []
        for key in ["f:op", "j:op:settled"] + (1...5).map({ "j:op:E\($0)" }) {
            let reply = try await test.command("HGETALL", "\(test.base):\(key)")
            var fields: [String: String] = [:]
            for position in stride(from: 0, to: reply.count - 1, by: 2) {
                fields[reply[position].string ?? ""] = reply[position + 1].string
            }
            // A count that was never raised and one that is back at nothing are the same.
            records.append(fields.filter { $0.value != "0" })
        }
        return records
    }

    @Test func `a job released, taken back and released again is handed out once`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parkedFlow(test)
            try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
            try await test.queue.undoDecision(escalation.id, version: 2, by: "ann")
            #expect(try await test.handout("child", slots: 5).jobs.isEmpty)
            try await test.queue.decide(escalation.id, .approve, version: 3, reviewer: "ann")
            try await test.queue.undoDecision(escalation.id, version: 4, by: "ann")
            try await test.queue.decide(escalation.id, .approve, version: 5, reviewer: "ann")
            #expect(try await test.entries(of: "child") == 2)
            let child = try await test.handout("child", slots: 5).jobs
            #expect(child.map(\.id.rawValue) == ["op:E3"])
            try await test.settle(child[0], .completed())
            #expect(try await test.handout("child", slots: 5).jobs.map(\.id.rawValue) == ["op:E4"])
            #expect(try await test.entries(of: "child") == 1)
        }
    }

    @Test func `once a dependent has started the decision stands, and the answer names the step`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parkedFlow(test)
            try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
            let child = try await test.handout("child", slots: 1).jobs
            #expect(child.map(\.id.rawValue) == ["op:E3"])
            let error = await failure { try await test.queue.undoDecision(escalation.id, version: 2, by: "ann") }
            #expect(error?.code == .conflict && error?.message.contains("op:E3") == true)
            // Handed back, it has run nevertheless.
            try await test.settle(child[0], .released)
            #expect(await failure { try await test.queue.undoDecision(escalation.id, version: 2, by: "ann") } != nil)
            #expect(try await test.queue.escalation(escalation.id)?.version == 2)
        }
    }

    @Test func `a decision that has settled its flow stands`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(NewFlow(id: Self.flow, steps: [NewFlow.Step("E1", test.job())]))
            try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0) }
            let escalation = try #require(try await test.queue.openEscalations().first)
            try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
            let error = await failure { try await test.queue.undoDecision(escalation.id, version: 2, by: "ann") }
            #expect(error?.code == .conflict && error?.message.contains("settled") == true)
        }
    }

    @Test func `a decision that an operation has gone on with stands`() async throws {
        try await QueueUnderTest.with { test in
            // As the job that plans an operation: beside its flow.
            try await test.enqueue(test.job("op:plan"))
            try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0) }
            let planning = try #require(try await test.queue.openEscalations().first)
            try await test.command("HSET", "\(test.base):o:op", "state", "escalating")
            try await test.queue.decide(planning.id, .approve, version: 1, reviewer: "ann")
            let error = await failure { try await test.queue.undoDecision(planning.id, version: 2, by: "ann") }
            #expect(error?.code == .conflict && error?.message.contains("gone on") == true)
            let step = try await parkedFlow(test)
            try await test.queue.decide(step.id, .approve, version: 1, reviewer: "ann")
            try await test.queue.undoDecision(step.id, version: 2, by: "ann")
            try await test.queue.decide(step.id, .approve, version: 3, reviewer: "ann")
            try await test.command("HSET", "\(test.base):o:op", "state", "cancelled", "ended", "1")
            let late = await failure { try await test.queue.undoDecision(step.id, version: 4, by: "ann") }
            #expect(late?.code == .conflict && late?.message.contains("ended") == true)
        }
    }

    @Test func `a lone job's decision is undone while its record lives, and the record then stays`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job())
            try await test.enqueue(test.job { $0.retention = .zero })
            try await test.settle(try await test.claim(2)) { _ in .completed(#"{"a":1}"#, confidence: 0) }
            let open = try await test.queue.openEscalations()
            for escalation in open {
                try await test.queue.decide(escalation.id, .override(2), version: 1, reviewer: "ann")
            }
            let (kept, gone) = (open[0], open[1])
            #expect(try await test.queue.undoDecision(kept.id, version: 2, by: "ann") == (3, .escalated))
            #expect(try await test.command("PTTL", test.partition.key(job: kept.job)).integer == -1)
            #expect(try await test.queue.job(kept.job)?.result == Array(#"{"a":1}"#.utf8))
            let error = await failure { try await test.queue.undoDecision(gone.id, version: 2, by: "ann") }
            #expect(error?.code == .conflict && error?.message.contains("expired") == true)
        }
    }

    @Test func `a retried job that was claimed stays retried, also when it is handed back`() async throws {
        try await QueueUnderTest.with { test in
            try await test.enqueue(test.job())
            try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0) }
            let escalation = try #require(try await test.queue.openEscalations().first)
            try await test.queue.decide(
                escalation.id,
                .retry(parameters: nil, guidance: nil),
                version: 1,
                reviewer: "ann"
            )
            try await test.settle(try await test.claim(1)) { _ in .released }
            #expect(try await test.state(escalation.job) == .ready)
            let error = await failure { try await test.queue.undoDecision(escalation.id, version: 2, by: "ann") }
            #expect(error?.code == .conflict)
        }
    }

    @Test func `what is not decided, has expired, was changed or is unknown cannot be undone`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try await parkedFlow(test)
            #expect(
                await failure { try await test.queue.undoDecision(escalation.id, version: 1, by: "ann") }?.code
                    == .conflict
            )
            try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
            #expect(
                await failure { try await test.queue.undoDecision(escalation.id, version: 1, by: "ann") }?.code
                    == .conflict
            )
            #expect(
                await failure { try await test.queue.undoDecision("esc-1-x", version: 1, by: "ann") }?.code == .notFound
            )
            try await test.queue.undoDecision(escalation.id, version: 2, by: "ann")
            #expect(try await test.queue.cancel(escalation.job) == .cancelled)
            #expect(
                await failure { try await test.queue.undoDecision(escalation.id, version: 4, by: "ann") }?.code
                    == .conflict
            )
        }
    }

    @Test func `an undo and a claim of the dependent at the same moment agree on who came first`() async throws {
        for number in 0..<20 {
            try await QueueUnderTest.with { test in
                let escalation = try await parkedFlow(test)
                try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
                async let undone = failure {
                    if number.isMultiple(of: 2) { await Task.yield() }
                    _ = try await test.queue.undoDecision(escalation.id, version: 2, by: "ann")
                }
                async let claimed = test.handout("child", slots: 1).jobs
                let isUndone = await undone == nil
                #expect(try await claimed.isEmpty == isUndone)
                #expect(try await test.state(escalation.job) == (isUndone ? .escalated : .completed))
            }
        }
    }
}
