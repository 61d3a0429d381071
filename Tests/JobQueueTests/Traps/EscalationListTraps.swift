import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A list of escalations has everything that its filter admits, once, in order, page by page.
@Suite("Lists of escalations", .redisServer(), .timeLimit(.minutes(2))) struct EscalationListTraps {
    private static let count = 90

    /// Escalations in three partitions, of two queues, with various confidences.
    ///
    /// A tenth each is claimed, decided, due in the past, due in the future, or assigned; a seventh are audit samples. Many
    /// are of one millisecond.
    private func withMany(_ body: (QueueUnderTest, [EscalationSnapshot]) async throws -> Void) async throws {
        try await QueueUnderTest.with({ $0.partitions = 3 }) { test in
            let names: [QueueName] = ["q", "r"]
            _ = try await test.queue.enqueue((0..<Self.count).map { test.job(queue: names[$0 % 2]) })
            for partition in test.queue.allPartitions {
                for name in names { try await park(name, partition) }
            }
            let now = try await test.queue.serverMilliseconds(test.partition)
            let wanted = EscalationFilter(limit: 1000)
            let open = try await test.queue.escalations(matching: wanted).escalations
            for (number, escalation) in open.enumerated() where escalation.isBlocking {
                switch number % 10 {
                case 0: try await test.queue.claimEscalation(escalation.id, version: 1, reviewer: "ann")
                case 1: try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
                case 2: _ = try await test.queue.cancel(escalation.job)
                case 3: try await due(test, escalation, now - 1000 - number)
                case 4: try await due(test, escalation, now + 1_000_000 + number)
                case 5: try await test.queue.assignEscalation(escalation.id, version: 1, to: "bob", by: "ann")
                default: break
                }
            }
            var all: [EscalationSnapshot] = []
            for escalation in open { all.append(try #require(try await test.queue.escalation(escalation.id))) }
            try await body(test, all)
        }
    }

    private func due(_ test: QueueUnderTest, _ escalation: EscalationSnapshot, _ at: Int) async throws {
        try await test.queue.setEscalationDue(escalation.id, version: 1, due: at, tier: 1, event: .dueSet, by: "p")
    }

    private func park(_ name: QueueName, _ partition: PartitionClient) async throws {
        let claimed = try await partition.call("claim_jobs", ["p1", name.rawValue, "200", "60000", "6", "3", "1", "0"])
        var command = partition.command("settle_jobs")
        for (number, reply) in claimed[3].elements.enumerated() {
            var lines = PolicyLineCache()
            let job = try ClaimedJob(reply: reply, lines: &lines)
            let outcome = EncodedOutcome(
                result: Array("{}".utf8),
                confidence: number % 7 == 6 ? 0.9 : Double(number % 5) / 10,
                parts: [],
                review: number % 7 == 6 ? .auditSample : (number % 4 == 0 ? .approvalRequired : nil)
            )
            Settlement(id: job.id, fence: job.fence, verdict: .completed(outcome)).append(to: &command)
        }
        if claimed[3].count > 0 { _ = try await partition.call(command) }
    }

    @Test func `every filter lists in every order what is wanted, once, over all pages`() async throws {
        try await withMany { test, all in
            let now = try await test.queue.serverMilliseconds(test.partition)
            let filters = [
                EscalationFilter(), EscalationFilter(states: [.claimed]), EscalationFilter(states: [.resolved]),
                EscalationFilter(states: [.expired, .open]), EscalationFilter(states: Set(EscalationState.allCases)),
                EscalationFilter(reasons: [.approvalRequired]), EscalationFilter(queues: ["r"]),
                EscalationFilter(assignee: "ann"), EscalationFilter(designee: "bob"),
                EscalationFilter(isBlocking: true), EscalationFilter(isBlocking: false),
                EscalationFilter(overdueOnly: true), EscalationFilter(flow: JobID(trusted: "op-nothing")),
            ]
            for var filter in filters {
                let expected = all.filter { filter.admits($0, atMilliseconds: now) }
                #expect(filter.flow == nil ? !expected.isEmpty : expected.isEmpty)
                for sort in EscalationFilter.Sort.allCases {
                    for isAscending in [true, false] {
                        filter.sort = sort
                        filter.isAscending = isAscending
                        filter.limit = 16
                        let listed = try await pages(test, filter)
                        #expect(listed.count == expected.count && Set(listed) == Set(expected), "\(filter)")
                        let places = listed.map { EscalationPlace($0, by: sort) }
                        #expect(
                            zip(places, places.dropFirst()).allSatisfy { $0.precedes($1, ascending: isAscending) },
                            "\(filter)"
                        )
                    }
                }
            }
        }
    }

    private func pages(_ test: QueueUnderTest, _ filter: EscalationFilter) async throws -> [EscalationSnapshot] {
        var filter = filter
        var listed: [EscalationSnapshot] = []
        repeat {
            let (page, next) = try await test.queue.escalations(matching: filter)
            #expect(page.count == filter.limit || next == nil)
            listed += page
            filter.cursor = next
        } while filter.cursor != nil
        return listed
    }

    @Test func `a flow's escalations are found in its partition`() async throws {
        try await QueueUnderTest.with({ $0.partitions = 3 }) { test in
            for number in 1...5 {
                let flow = NewFlow(id: JobID(trusted: "op-\(number)"), steps: [NewFlow.Step("E1", test.job())])
                try await test.queue.enqueue(flow)
            }
            for partition in test.queue.allPartitions { try await park("q", partition) }
            let filter = EscalationFilter(flow: JobID(trusted: "op-3"))
            #expect(try await test.queue.escalations(matching: filter).escalations.map(\.job.rawValue) == ["op-3:E1"])
        }
    }

    @Test(arguments: ["", "x", "~", "nan~esc-1-j", "1;2"]) func `a cursor that no list has answered is refused`(
        _ cursor: String
    ) async throws {
        try await QueueUnderTest.with { test in
            let error = await failure { try await test.queue.escalations(matching: EscalationFilter(cursor: cursor)) }
            #expect(error?.code == .invalidQuery && error?.field == "cursor")
            let limit = await failure { try await test.queue.escalations(matching: EscalationFilter(limit: 0)) }
            #expect(limit?.field == "limit")
        }
    }

    @Test func `decided escalations leave their index when their records' life has passed`() async throws {
        try await QueueUnderTest.withClock { test in
            for number in 0..<2 {
                try await test.turn(to: QueueUnderTest.start + number * 31 * 86_400_000)
                try await test.enqueue(test.job())
                try await test.settle(try await test.claim(1)) { _ in .completed(confidence: 0) }
                let escalation = try #require(try await test.queue.openEscalations().first)
                try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
                #expect(
                    try await test.command("ZRANGE", "\(test.base):resolved", "0", "-1").notation
                        == "[\(escalation.id)]"
                )
            }
        }
    }
}
