import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// The functions are where the calls are: after a flush, beside another version, and on a cluster.
@Suite("The function library", .timeLimit(.minutes(1))) struct LibraryTraps {
    @Test(.redisServer()) func `a flushed library is back with the next call, whichever it is`() async throws {
        try await QueueUnderTest.with { test in
            try await test.command("FUNCTION", "FLUSH")
            try await test.enqueue(test.job())
            try await test.command("FUNCTION", "FLUSH")
            try await test.queue.enqueue(NewFlow(id: JobID(trusted: "op"), steps: [NewFlow.Step("E1", test.job())]))
            try await test.command("FUNCTION", "FLUSH")
            let jobs = try await test.claim(5)
            #expect(jobs.count == 2)
            try await test.command("FUNCTION", "FLUSH")
            #expect(try await test.beat(jobs) == QueueUnderTest.Beat())
            try await test.command("FUNCTION", "FLUSH")
            #expect(try await test.settle(jobs) { _ in .completed() } == ["completed", "completed"])
            try await test.command("FUNCTION", "FLUSH")
            #expect(try await test.queue.queues().count == 1)
        }
    }

    @Test(.redisServer()) func `two versions work side by side on the same jobs, each with its own functions`()
        async throws
    {
        let next = FunctionLibrary(
            clock: """
                -- The next release.
                local function server_time(base)
                  local t = redis.call('TIME')
                  return t[1] * 1000 + math.floor(t[2] / 1000)
                end
                """
        )
        try await QueueUnderTest.with { old in
            try await QueueUnderTest.with(
                functions: next,
                { $0.namespace = old.queue.configuration.namespace },
                { new in
                    #expect(old.queue.functions.suffix != new.queue.functions.suffix)
                    for (writer, worker) in [(old, new), (new, old)] {
                        let id = try await writer.queue.enqueue(writer.job()).id
                        let job = try #require(try await worker.claim(1).first)
                        #expect(job.id == id)
                        #expect(try await worker.settle(job, .completed()) == "completed")
                        #expect(try await writer.state(id) == .completed)
                    }
                    let libraries = try await old.command("FUNCTION", "LIST", "LIBRARYNAME", "concord_*")
                    #expect(libraries.count == 2)
                }
            )
        }
    }

    @Test(.redisServer(["cluster-enabled": "yes"]))
    func `on a cluster every function keeps to the slot of its partition`() async throws {
        try await QueueUnderTest.with({ $0.partitions = 3 }) { test in
            try await test.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
            while try await test.command("CLUSTER", "INFO").string?.contains("cluster_state:ok") != true {}
            try await test.queue.prepare()
            try await test.queue.createQueues([QueueUnderTest.name])
            let receipts = try await test.queue.enqueue((0..<30).map { test.job(key: "k\($0)") })
            #expect(Set(receipts.map { test.queue.partitions.index(of: $0.id) }).count == 3)
            let flow = NewFlow(
                id: JobID(trusted: "op"),
                steps: [NewFlow.Step("E1", test.job()), NewFlow.Step("E2", test.job(queue: "other"), after: ["E1"])],
                whenSettled: test.job(queue: "owner")
            )
            try await test.queue.enqueue(flow)
            let depth = try #require(try await test.queue.queues().first { $0.queue == QueueUnderTest.name })
            #expect(depth.ready == 31)
            let jobs = try await test.claim(40)
            #expect(try await test.beat(jobs) == QueueUnderTest.Beat())
            let answers = try await test.settle(jobs) { .completed(confidence: $0.flow == nil ? 0 : 1) }
            #expect(Set(answers).isSubset(of: ["completed", "escalated"]))
            for escalation in try await test.queue.openEscalations() {
                try await test.queue.decide(escalation.id, .approve, version: 1, reviewer: "ann")
                try await test.queue.undoDecision(escalation.id, version: 2, by: "ann")
                try await test.queue.assignEscalation(escalation.id, version: 3, to: "bob", by: "ann")
                try await test.queue.commentEscalation(escalation.id, by: "ann", text: "seen")
                let id = escalation.id
                try await test.queue.setEscalationDue(id, version: 4, due: 5, tier: 2, event: .dueSet, by: "p")
            }
            let listed = try await test.queue.escalations(matching: EscalationFilter(overdueOnly: true)).escalations
            #expect(listed.count == answers.count { $0 == "escalated" })
            #expect(try await test.queue.cancelFlow(flow.id) > 0)
            _ = try await test.queue.cancel(JobID(trusted: "op:settled"))
            #expect(try await test.queue.retryFlow(flow.id) > 0)
            #expect(try await !test.queue.timeline(of: flow.id).isEmpty)
            #expect(try await test.queue.registeredActions().isEmpty)
            #expect(try await test.queue.cancel(receipts[0].id) != .unknown)
            try await test.queue.setPaused(true, queue: QueueUnderTest.name)
        }
    }
}
