import JobQueue
import TestSupport
import Testing
import Workers

/// What is promised of every action, held for all of them.
@Suite("Every action", .postgresServer, .redisServer(), .timeLimit(.minutes(10)))
struct RepeatedActionTests {
    @Test("has a normal case here")
    func complete() {
        let known = WorkerCatalog.described.flatMap { worker, actions in
            actions.map { "\(worker.rawValue).\($0.name)" }
        }
        #expect(Set(ActionCase.normal.map(\.description)) == Set(known))
        #expect(known.count == 25)
    }

    @Test("leaves the same rows when it runs again under the same idempotency key, and reports what it did")
    func repeats() async throws {
        try await ActionWorld.run { world in
            for (number, given) in ActionCase.normal.enumerated() {
                let parameters = given.parameters(world)
                let job = "repeat-\(number)"
                let first = try await world.workers.checked(given.worker, given.action, parameters, job: job)
                let before = try await world.client.fingerprint()
                let second = try await world.workers.checked(given.worker, given.action, parameters, job: job)
                let after = try await world.client.fingerprint()
                let changed = after.filter { before[$0.key] != $0.value }.map(\.key).sorted()
                #expect(changed == [], "\(given) changed tables when it ran again")
                #expect(before.keys.allSatisfy { after[$0] != nil }, "\(given) removed tables")
                for outcome in [first, second] {
                    #expect((0...1).contains(outcome.confidence), "\(given)")
                    #expect(outcome.parts.allSatisfy { !$0.basis.isEmpty }, "\(given)")
                }
                #expect(world.workers.leftovers.isEmpty, "\(given)")
            }
        }
    }
}
