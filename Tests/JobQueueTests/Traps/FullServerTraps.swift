import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// A server at its memory limit refuses new work and lets everything else happen, so that it drains.
@Suite("A full server", .timeLimit(.minutes(1))) struct FullServerTraps {
    @Test(.redisServer(["maxmemory-policy": "noeviction"]))
    func `at the memory limit enqueue is refused, all other calls work, and draining makes room`() async throws {
        try await QueueUnderTest.with({ $0.enqueueDeadline = .milliseconds(100) }) { test in
            let policy = { (policy: inout JobPolicy) in
                policy.retention = .zero
                policy.backoff = .none
            }
            let parked = try await self.parked(test, 3)
            let limit = try await test.info("memory", "used_memory") + 6_000_000
            try await test.command("CONFIG", "SET", "maxmemory", String(limit))
            let input = String(repeating: "7", count: 1000)
            var accepted = 0
            var refusal: JobQueueError?
            while refusal == nil, accepted < 50_000 {
                refusal = await failure {
                    accepted += try await test.queue.enqueue((0..<200).map { _ in test.job(input: input, policy) })
                        .count
                }
            }
            #expect(refusal?.code == .full && accepted > 1000)
            // The refusal itself gave back some buffers: the limit moves below what is in use now.
            let used = try await test.info("memory", "used_memory")
            try await test.command("CONFIG", "SET", "maxmemory", String(used - 500_000))
            let flow = NewFlow(id: JobID(trusted: "op"), steps: [NewFlow.Step("E1", test.job())])
            #expect(await failure { try await test.queue.enqueue(flow) }?.code == .full)

            try await everythingElse(test, parked)
            while true {
                let jobs = try await test.claim(200)
                if jobs.isEmpty { break }
                #expect(try await test.settle(jobs) { _ in .completed() }.allSatisfy { $0 == "completed" })
            }
            try await test.enqueue(test.job())
            try await test.queue.enqueue(flow)
        }
    }

    /// Jobs that wait for a person.
    private func parked(_ test: QueueUnderTest, _ count: Int) async throws -> [EscalationSnapshot] {
        _ = try await test.queue.enqueue((0..<count).map { _ in test.job() })
        try await test.settle(try await test.claim(count)) { _ in .completed(confidence: 0) }
        return try await test.queue.openEscalations()
    }

    /// Every call but those that accept new work.
    private func everythingElse(_ test: QueueUnderTest, _ parked: [EscalationSnapshot]) async throws {
        let jobs = try await test.claim(8)
        #expect(jobs.count == 8)
        #expect(try await test.beat(jobs) == QueueUnderTest.Beat())
        #expect(try await test.settle(jobs[0], .completed()) == "completed")
        #expect(try await test.settle(jobs[1], .completed(confidence: 0)) == "escalated")
        #expect(try await test.settle(jobs[2], .failedOnce) == "ready")
        #expect(try await test.settle(jobs[3], .released) == "ready")
        #expect(try await test.settle(jobs[4], .failedForGood) == "dead")
        #expect(try await test.settle(jobs[5], .failedForGood) == "dead")
        #expect(try await test.queue.cancel(jobs[6].id) == .cancelling)
        #expect(try await test.settle([jobs[6], jobs[7]]) { _ in .completed() } == ["cancelled", "completed"])
        #expect(try await test.queue.retryDeadLetter(jobs[4].id) == .ready)
        #expect(try await test.queue.discardDeadLetter(jobs[5].id) == .discarded)
        try await test.queue.decide(parked[0].id, .approve, version: 1, reviewer: "ann")
        #expect(try await test.queue.claimEscalation(parked[1].id, version: 1, reviewer: "ann") == 2)
        try await test.queue.decide(parked[1].id, .retry(parameters: nil, guidance: nil), version: 2, reviewer: "ann")
        try await test.queue.assignEscalation(parked[2].id, version: 1, to: "bob", by: "ann")
        try await test.queue.commentEscalation(parked[2].id, by: "ann", text: "full")
        try await test.queue.setEscalationDue(parked[2].id, version: 2, due: 5, tier: 2, event: .dueSet, by: "ann")
        try await test.queue.decide(parked[2].id, .approve, version: 3, reviewer: "ann")
        try await test.queue.undoDecision(parked[2].id, version: 4, by: "ann")
        #expect(try await test.queue.cancel(parked[2].job) == .cancelled)
        #expect(try await test.queue.setPaused(true, queue: QueueUnderTest.name))
        #expect(try await test.queue.queues().first?.isPaused == true)
        #expect(try await test.queue.setPaused(false, queue: QueueUnderTest.name))
        try await test.queue.createQueues(["another"])
    }

    @Test(.redisServer()) func `only the functions that accept new work are refused at the memory limit`() async throws
    {
        try await QueueUnderTest.with { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            let libraries = try await test.command("FUNCTION", "LIST")
            var refused: Set<String> = []
            for function in libraries[0][5].elements {
                let flags = function[5].elements.map(\.string)
                if flags.contains("allow-oom") || flags.contains("no-writes") { continue }
                refused.insert((function[1].string ?? "").replacing(test.queue.functions.suffix, with: ""))
            }
            #expect(refused == ["enqueue_jobs", "enqueue_flow", "submit_operation", "put_schedule"])
        }
    }
}
