import Logging
import RedisClient
import TestSupport
import Testing

@testable import JobModel
@testable import JobQueue

/// Every change of an escalation is told, by whom, when and what; and remarks disturb nobody.
@Suite("Changes of escalations", .redisServer(), .timeLimit(.minutes(1))) struct EscalationChangeTraps {
    private func parked(_ test: QueueUnderTest, _ count: Int = 1) async throws -> [EscalationSnapshot] {
        _ = try await test.queue.enqueue((0..<count).map { _ in test.job() })
        try await test.settle(try await test.claim(count)) { _ in .completed(#"{"rows":1}"#, confidence: 0.4) }
        return try await test.queue.openEscalations()
    }

    @Test func `each change is one entry with its author, its time and its detail`() async throws {
        try await QueueUnderTest.withClock { test in
            let id = try #require(try await parked(test).first).id
            let queue = test.queue
            try await queue.claimEscalation(id, version: 1, reviewer: "ann", lease: .seconds(5))
            try await queue.releaseEscalation(id, version: 2, reviewer: "ann")
            try await queue.assignEscalation(id, version: 3, to: "bob", by: "ann")
            try await queue.commentEscalation(id, by: "bob", text: "two\nlines, \"quoted\"")
            try await queue.setEscalationDue(
                id,
                version: 4,
                due: 1_700_000_500_000,
                tier: nil,
                event: .dueSet,
                by: "policy"
            )
            try await queue.setEscalationDue(id, version: 5, due: nil, tier: nil, event: .reminded, by: "policy")
            try await queue.setEscalationDue(id, version: 6, due: nil, tier: 2, event: .handedOn, by: "policy")
            try await queue.assignEscalation(id, version: 7, to: nil, by: "ann")
            try await test.turn(to: QueueUnderTest.start + 7)
            try await queue.decide(id, .override(["rows": 2]), version: 8, reviewer: "bob", comment: "counted")
            try await queue.undoDecision(id, version: 9, by: "ann")
            let job = try #require(try await queue.escalation(id)).job
            #expect(try await queue.cancel(job) == .cancelled)
            let notices = try await notices(test)
            let expected: [String] = [
                #"opened 1  {"reason":"low_confidence","confidence":0.4}"#,
                #"claimed 2 ann {"until":1700000005000}"#, "released 3 ann ", #"assigned 4 ann {"to":"bob"}"#,
                #"commented 4 bob {"text":"two\nlines, \"quoted\""}"#, #"due_set 5 policy {"due":1700000500000}"#,
                "reminded 6 policy {}", #"handed_on 7 policy {"tier":2}"#, #"assigned 8 ann {"to":null}"#,
                #"overridden 9 bob {"state":"completed","comment":"counted","value":{"rows":2}}"#,
                #"undone 10 ann {"was":"overridden"}"#, "expired 11  ",
            ]
            let told: [String] = notices.map { notice in
                "\(notice.event) \(notice.version) \(notice.by) \(notice.detail)"
            }
            #expect(told == expected)
            #expect(notices.allSatisfy { $0.escalation == id && $0.job == job && $0.flow == nil })
            #expect(notices[1].atMilliseconds == QueueUnderTest.start)
            #expect(notices[9].atMilliseconds == QueueUnderTest.start + 7)
            #expect(Set(notices.map(\.entry)).count == notices.count)
        }
    }

    private func notices(_ test: QueueUnderTest) async throws -> [EscalationNotice] {
        try await test.command("XRANGE", "\(test.base):escalations", "-", "+").elements.compactMap {
            EscalationNotice(entry: $0[0].string ?? "", fields: $0[1])
        }
    }

    @Test func `the feed hands each change to its reader with everything that it says`() async throws {
        try await QueueUnderTest.with { test in
            let id = try #require(try await parked(test).first).id
            try await test.queue.commentEscalation(id, by: "ann", text: "look")
            let seen = AsyncStream.makeStream(of: EscalationNotice.self)
            let feed = EscalationFeed(queue: test.queue, consumer: "c", logger: test.queue.logger)
            let task = Task { await feed.run { seen.continuation.yield($0) } }
            var events: [EscalationNotice] = []
            for await notice in seen.stream {
                events.append(notice)
                if events.count == 2 { break }
            }
            task.cancel()
            await task.value
            #expect(events.map(\.event) == ["opened", "commented"])
            #expect(events[1].by == "ann" && events[1].detail == #"{"text":"look"}"# && events[1].atMilliseconds > 0)
        }
    }

    @Test func `remarks stay in order, leave the version, and are bounded in number and size`() async throws {
        try await QueueUnderTest.with { test in
            let escalation = try #require(try await parked(test).first)
            for number in 1...JobQueue.mostComments {
                #expect(try await test.queue.commentEscalation(escalation.id, by: "ann", text: "no. \(number)\n") == 1)
            }
            for text in ["", String(repeating: "x", count: JobQueue.longestComment + 1), "one too many"] {
                let error = await failure {
                    try await test.queue.commentEscalation(escalation.id, by: "ann", text: text)
                }
                #expect(error?.code == .invalidDecision)
            }
            try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "bob")
            let read = try #require(try await test.queue.escalation(escalation.id))
            #expect(read.comments.map(\.text) == (1...JobQueue.mostComments).map { "no. \($0)\n" })
            #expect(read.comments.allSatisfy { $0.by == "ann" && $0.atMilliseconds > 0 })
        }
    }

    @Test func `an assignment, a due time and a tier are recorded, and go with the escalation through a decision`()
        async throws
    {
        try await QueueUnderTest.with { test in
            let id = try #require(try await parked(test).first).id
            try await test.queue.assignEscalation(id, version: 1, to: "bob", by: "ann")
            try await test.queue.setEscalationDue(id, version: 2, due: 5, tier: 2, event: .handedOn, by: "policy")
            let read = try #require(try await test.queue.escalation(id))
            #expect(read.designee == "bob" && read.assignee == nil && read.dueMilliseconds == 5 && read.tier == 2)
            // An assignment holds nobody off.
            try await test.queue.decide(id, .approve, version: 3, reviewer: "eve")
            #expect(try await test.command("ZCARD", "\(test.base):due").integer == 0)
            try await test.queue.undoDecision(id, version: 4, by: "eve")
            #expect(try await test.command("ZSCORE", "\(test.base):due", id).integer == 5)
            for (version, to) in [(4, "x"), (6, "y")] {
                let error = await failure {
                    try await test.queue.assignEscalation(id, version: version, to: to, by: "ann")
                }
                #expect(error?.code == .conflict)
            }
        }
    }

    @Test func `the history in the record is bounded, and the stream is not`() async throws {
        try await QueueUnderTest.with { test in
            let id = try #require(try await parked(test).first).id
            for version in 1...150 { try await test.queue.assignEscalation(id, version: version, to: "bob", by: "ann") }
            let read = try #require(try await test.queue.escalation(id))
            #expect(read.history.count == 100 && read.history.last?.version == 151 && read.version == 151)
            #expect(try await notices(test).count == 151)
        }
    }

    @Test func `several decisions in one flush are answered each for itself`() async throws {
        try await QueueUnderTest.with({ $0.partitions = 4 }) { test in
            _ = try await test.queue.enqueue((0..<40).map { _ in test.job() })
            for partition in test.queue.allPartitions { try await park(test, partition) }
            let open = try await test.queue.openEscalations()
            #expect(open.count == 40)
            try await test.command("FUNCTION", "FLUSH")
            var requests = open.map {
                JobQueue.DecisionRequest(escalation: $0.id, version: 1, decision: .approve, reviewer: "ann")
            }
            requests[3].version = 9
            requests[5].decision = .retry(parameters: ["n": 2], guidance: "again")
            requests[7].reviewer = ""
            requests[9].escalation = "nothing"
            requests[11].escalation = requests[12].escalation
            requests[13].decision = .retry(parameters: 3, guidance: nil)
            let answers = await test.queue.decide(requests)
            let refused: [Int: JobQueueError.Code] = [
                3: .conflict, 7: .invalidDecision, 9: .notFound, 12: .conflict, 13: .invalidDecision,
            ]
            for (position, answer) in answers.enumerated() {
                switch answer {
                case .success(let outcome):
                    #expect(refused[position] == nil)
                    #expect(outcome.version == 2 && outcome.state == (position == 5 ? .ready : .completed))
                case .failure(let error): #expect(error.code == refused[position], "\(position)")
                }
            }
            #expect(try await test.queue.openEscalationCount() == 5)
            #expect(await test.queue.decide([]).isEmpty)
        }
    }

    /// Claims and parks everything of a partition.
    private func park(_ test: QueueUnderTest, _ partition: PartitionClient) async throws {
        let claimed = try await partition.call("claim_jobs", ["p1", "q", "100", "60000", "6", "3", "1", "0"])
        var command = partition.command("settle_jobs")
        for reply in claimed[3].elements {
            var lines = PolicyLineCache()
            let job = try ClaimedJob(reply: reply, lines: &lines)
            Settlement(id: job.id, fence: job.fence, verdict: .completed(confidence: 0)).append(to: &command)
        }
        _ = try await partition.call(command)
    }
}
