import JobModel
import Logging
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

extension RuntimeTests {
    @Suite("The registry of actions", .timeLimit(.minutes(2)))
    struct ActionRegistryTests {
        @Test("knows what the actions of a worker are as soon as it has started, and after it has gone")
        func registration() async throws {
            try await WorkerHarness.with { harness in
                #expect(try await harness.queue.registeredActions().isEmpty)
                let expected = [Add.described, Scripted.described]
                try await harness.withWorker([Scripted { _, _ in .completed([:], confidence: 1) }, Add()]) { _ in
                    var known: [QueueName: [ActionDescription]] = [:]
                    while known.isEmpty { known = try await harness.queue.registeredActions() }
                    #expect(known == [WorkerHarness.queueName: expected])
                }
                #expect(try await harness.queue.registeredActions() == [WorkerHarness.queueName: expected])
            }
        }

        @Test("lets the version that registered last describe an action, also when older processes refresh theirs")
        func rolling() async throws {
            try await WorkerHarness.with { harness in
                let old = registration(harness, ["copy": "old", "drop": "old"])
                let new = registration(harness, ["copy": "new", "move": "new"])
                let firstOld = try await old.register(first: nil)
                // The clock of the server counts milliseconds: two starts in one are of one age.
                try await Task.sleep(for: .milliseconds(5))
                let firstNew = try await new.register(first: nil)
                #expect(firstNew > firstOld)
                for _ in 1...2 {
                    #expect(try await summaries(harness) == ["copy": "new", "drop": "old", "move": "new"])
                    #expect(try await old.register(first: firstOld) == firstOld)
                }
                // Rolled back: an old process that starts anew is the newest.
                try await Task.sleep(for: .milliseconds(5))
                _ = try await old.register(first: nil)
                #expect(try await summaries(harness)["copy"] == "old")
            }
        }

        @Test("forgets an action that no worker has had for a week")
        func forgetting() async throws {
            try await WorkerHarness.with { harness in
                _ = try await registration(harness, ["copy": "old", "drop": "old"]).register(first: nil)
                let key = "\(harness.queue.actionRegistry.base):actions:\(WorkerHarness.queueName)"
                let weekAgo = try await harness.queue.serverMilliseconds(harness.queue.actionRegistry) - 7 * 86_400_000
                let line = #"\#(weekAgo) \#(weekAgo) {"name":"drop","parameters":{},"result":{},"summary":"old"}"#
                _ = try await harness.queue.actionRegistry.send(.init("HSET", key, "drop", line))
                _ = try await registration(harness, ["copy": "new"]).register(first: nil)
                #expect(try await summaries(harness) == ["copy": "new"])
                let life = try await harness.queue.actionRegistry.send(.init("PTTL", key)).integer ?? 0
                #expect(life > 6 * 86_400_000)
            }
        }

        private func registration(_ harness: WorkerHarness, _ summaries: [String: String]) -> ActionRegistration {
            ActionRegistration(
                partition: harness.queue.actionRegistry,
                queue: WorkerHarness.queueName,
                actions: summaries.map { name, summary in
                    ActionDescription(name: name, summary: summary, parameters: .any, result: .any)
                },
                logger: harness.queue.logger
            )
        }

        private func summaries(_ harness: WorkerHarness) async throws -> [String: String] {
            let actions = try await harness.queue.registeredActions()[WorkerHarness.queueName] ?? []
            return Dictionary(uniqueKeysWithValues: actions.map { ($0.name, $0.summary) })
        }

        @Test("A worker samples confident results at the rate of the job's policy, whatever attempt they come from")
        func sampling() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add()]) { _ in
                    var ids: [JobID] = []
                    for _ in 0..<40 {
                        ids.append(try await harness.enqueue("add", ["a": 1, "b": 2], JobPolicy(auditRate: 0.5)))
                    }
                    for id in ids { #expect(try await harness.ended(id).state == .completed) }
                    let filter = EscalationFilter(reasons: [.auditSample], limit: 1000)
                    let samples = try await harness.queue.escalations(matching: filter).escalations
                    #expect(Set(samples.map(\.job)) == Set(ids.filter { AuditSampling.includes($0, rate: 0.5) }))
                    #expect(samples.allSatisfy { $0.auditRate == 0.5 })
                }
            }
        }
    }
}
