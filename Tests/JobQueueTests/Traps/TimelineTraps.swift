import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A flow's timeline has every event of it, whatever becomes of the stream of all events.
@Suite("Timelines", .redisServer(), .timeLimit(.minutes(2))) struct TimelineTraps {
    private func flow(_ test: QueueUnderTest, _ id: String, steps: Int = 3) -> NewFlow {
        NewFlow(
            id: JobID(trusted: id),
            steps: (1...steps).map { number in
                NewFlow.Step("E\(number)", test.job(), after: number == 1 ? [] : ["E\(number - 1)"])
            },
            whenSettled: test.job(queue: "owner")
        )
    }

    @Test func `it tells the whole life of a flow in order`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, "op", steps: 2))
            try await test.settle(try await test.claim(1)) { _ in .failedOnce }
            _ = try await test.queue.cancel(JobID(trusted: "op:E2"))
            _ = try await test.queue.cancel(JobID(trusted: "op:E1"))
            let events = try await test.queue.timeline(of: JobID(trusted: "op"))
            let expected: [String] = [
                "op:settled waiting", "op:E1 ready", "op:E2 waiting", "op:E1 running", "op:E1 scheduled",
                "op:E2 cancelled", "op:E1 cancelled", "op settled", "op:settled ready",
            ]
            #expect(events.map { event in "\(event.subject) \(event.state)" } == expected)
            #expect(events.allSatisfy { $0.flow?.rawValue == "op" })
            #expect(try await test.command("PTTL", "\(test.base):t:op").integer ?? 0 > 0)
        }
    }

    @Test func `an escalation's changes are in its flow's timeline, under the ids of the events stream`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, "op"))
            try await test.enqueue(test.job("lone"))
            try await test.settle(try await test.claim(2)) { _ in .completed(confidence: 0.1) }
            for escalation in try await test.queue.openEscalations() {
                try await test.queue.claimEscalation(escalation.id, version: 1, reviewer: "ann")
                try await test.queue.decide(escalation.id, .approve, version: 2, reviewer: "ann")
            }
            let stream = try await test.command("XRANGE", "\(test.base):events", "-", "+")
            let all = stream.elements.flatMap { JobEvent.all(in: $0[1], entry: $0[0].string ?? "") }
            let events = try await test.queue.timeline(of: JobID(trusted: "op"))
            #expect(events == all.filter { $0.flow?.rawValue == "op" })
            #expect(events.map(\.state).contains("claimed") && events.map(\.state).contains("approved"))
            #expect(all.contains { $0.flow == nil && $0.subject == "lone" })
        }
    }

    @Test func `a reader that comes back after any event reads every later one once`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, "op", steps: 30))
            try await test.queue.enqueue(flow(test, "other", steps: 3))
            try await test.queue.cancelFlow(JobID(trusted: "op"))
            let id = JobID(trusted: "op")
            let all = try await test.queue.timeline(of: id)
            let expected: Int = 31 + 30 + 2
            #expect(all.count == expected)
            for (position, event) in all.enumerated() {
                let rest = try await test.queue.timeline(of: id, after: event.id)
                #expect(rest == Array(all.dropFirst(position + 1)))
            }
            var read: [JobEvent] = []
            while true {
                let page = try await test.queue.timeline(of: id, after: read.last?.id, limit: 4)
                if page.isEmpty { break }
                read += page
            }
            #expect(read == all)
            for after in ["", "1", "x-1", "1-1.x", "1-1.-1"] {
                #expect(await failure { try await test.queue.timeline(of: id, after: after) }?.field == "after")
            }
            #expect(try await test.queue.timeline(of: JobID(trusted: "nobody")).isEmpty)
        }
    }

    @Test func `a flow whose events have left the events stream, or whose events stream is gone, misses none`()
        async throws
    {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, "op"))
            for number in 0..<60 { try await test.queue.enqueue(flow(test, "f\(number)", steps: 100)) }
            try await test.command("XTRIM", "\(test.base):events", "MAXLEN", "0")
            try await test.settle(try await test.claim(1)) { _ in .completed() }
            // Ids of a new stream could be smaller than the timeline's: the entries are written all the same.
            try await test.command("DEL", "\(test.base):events")
            try await test.command("XADD", "\(test.base):t:op", "99999999999999-0", "op:E9", "ready q")
            _ = try await test.queue.cancel(JobID(trusted: "op:E2"))
            let states = try await test.queue.timeline(of: JobID(trusted: "op")).map(\.state)
            let expected: [String] = [
                "waiting", "ready", "waiting", "waiting", "running", "completed", "ready", "ready", "cancelled",
                "cancelled", "settled", "ready",
            ]
            #expect(states == expected)
        }
    }

    @Test func `a thousand steps that end in one call are all told`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, "op", steps: 1000))
            try await test.settle(try await test.claim(1)) { _ in .failedForGood }
            var read: [JobEvent] = []
            while let page = try await nextPage(test, read.last), !page.isEmpty { read += page }
            // Enqueued, one claimed, all ended, settled, and the owner's job twice.
            let expected: Int = 1001 + 1 + 1000 + 2
            #expect(read.count == expected)
            #expect(Set(read.map(\.id)).count == read.count)
        }
    }

    private func nextPage(_ test: QueueUnderTest, _ last: JobEvent?) async throws -> [JobEvent]? {
        try await test.queue.timeline(of: JobID(trusted: "op"), after: last?.id)
    }

    @Test func `a late event does not bring a timeline back whose flow is gone`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.enqueue(flow(test, "op", steps: 1))
            try await test.settle(try await test.claim(1)) { _ in .failedForGood }
            for key in ["f:op", "t:op", "j:op:settled"] { try await test.command("DEL", "\(test.base):\(key)") }
            #expect(try await test.queue.discardDeadLetter(JobID(trusted: "op:E1")) == .discarded)
            #expect(try await test.command("EXISTS", "\(test.base):t:op").integer == 0)
            // Nor does a lone job whose id looks like a step's.
            try await test.enqueue(test.job("shop:order-1"))
            try await test.settle(try await test.claim(1)) { _ in .completed() }
            #expect(try await test.command("EXISTS", "\(test.base):t:shop").integer == 0)
        }
    }
}
