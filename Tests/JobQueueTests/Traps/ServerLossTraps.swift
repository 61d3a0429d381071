import Logging
import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// Servers are wiped and killed: what was accepted is there, and what was lost does not hurt what comes after.
@Suite("Loss of a server", .timeLimit(.minutes(2))) struct ServerLossTraps {
    @Test(.redisServer()) func `a claim loop survives FLUSHALL and gets the jobs that come after`() async throws {
        try await QueueUnderTest.with { test in
            try await withThrowingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        let jobs = try await test.claim(4)
                        try await test.beat(jobs)
                        try await test.settle(jobs) { _ in .completed() }
                    }
                }
                for _ in 0..<10 {
                    _ = try await test.queue.enqueue((0..<50).map { _ in test.job() })
                    try await test.command("FLUSHALL")
                }
                let last = try await test.queue.enqueue((0..<50).map { _ in test.job() }).map(\.id)
                while try await !test.queue.jobs(last).allSatisfy({ $0?.state == .completed }) {}
                group.cancelAll()
                // The loop ends with the cancellation of its last call.
                do { try await group.waitForAll() } catch let error as JobQueueError {
                    #expect(error.cause?.code == .cancelled)
                }
            }
        }
    }

    @Test(.redisServer())
    func `fences keep growing over a wipe, so that a worker from before cannot end a job after it`()
        async throws
    {
        try await QueueUnderTest.with { test in
            let job = test.job("rebuilt")
            try await test.enqueue(job)
            let old = try #require(try await test.claim(1).first)
            try await test.command("FLUSHALL")
            try await test.enqueue(job)
            let new = try #require(try await test.claim(1).first)
            #expect(new.id == old.id && new.fence > old.fence)
            #expect(try await test.beat([old]).lost == [old.id])
            #expect(try await test.settle(old, .completed()) == "stale")
            #expect(try await test.settle(new, .completed()) == "completed")
        }
    }

    private func withBell(_ test: QueueUnderTest, _ body: (Bell) async throws -> Void) async throws {
        let logger = Logger(label: "bell") { _ in SwiftLogNoOpLogHandler() }
        let redis = RedisClient(configuration: test.queue.redisConfiguration, logger: logger)
        try await body(Bell(redis: redis, partition: test.partition, queue: QueueUnderTest.name, logger: logger))
        await redis.close()
    }

    private func hasGroups(_ test: QueueUnderTest) async throws -> Bool {
        try await test.command("XINFO", "GROUPS", test.stream()).count == 2
    }

    @Test(.redisServer()) func `a bell without its streams makes them, and rings then for a new job`() async throws {
        try await QueueUnderTest.with { test in
            try await withBell(test) { bell in
                #expect(try await bell.wait(milliseconds: 1000))
                #expect(try await hasGroups(test))
                #expect(try await !bell.wait(milliseconds: 1))
                try await test.enqueue(test.job())
                #expect(try await bell.wait(milliseconds: 1000))
            }
        }
    }

    @Test(.redisServer(), arguments: ["FLUSHALL", "XGROUP"])
    func `a bell whose streams or groups vanish while it waits makes them again`(_ word: String) async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            try await withBell(test) { bell in
                async let rang = bell.wait(milliseconds: 1000)
                while try await test.info("clients", "blocked_clients") < 1 {}
                if word == "XGROUP" {
                    try await test.command("XGROUP", "DESTROY", test.stream(), "bell")
                } else {
                    try await test.command(word)
                }
                // On a slow machine the wait may have ended before: then the next one finds nothing to wait on.
                var isBack = try await rang
                if !isBack { isBack = try await bell.wait(milliseconds: 1000) }
                #expect(isBack)
                #expect(try await hasGroups(test))
            }
        }
    }

    @Test(.redisServer()) func `one new job wakes one of several waiting processes, and none is lost`() async throws {
        try await QueueUnderTest.with { test in
            try await test.queue.createQueues([QueueUnderTest.name])
            try await withBell(test) { first in
                try await withBell(test) { second in
                    async let one = first.wait(milliseconds: 1000)
                    async let other = second.wait(milliseconds: 1000)
                    while try await test.info("clients", "blocked_clients") < 2 {}
                    try await test.enqueue(test.job())
                    var wakes = [try await one, try await other].count { $0 }
                    // On a slow machine both waits may have ended before: then the entry wakes one of the next two.
                    if wakes == 0 {
                        wakes = [try await first.wait(milliseconds: 1), try await second.wait(milliseconds: 1)].count {
                            $0
                        }
                    }
                    #expect(wakes == 1)
                }
            }
        }
    }

    @Test(arguments: ["everysec", "always"])
    func `a killed redis-server has lost nothing that was accepted, and nothing is enqueued twice`(
        _ fsync: String
    ) async throws {
        let server = try await PrivateRedis.start(settings: ["appendonly": "yes", "appendfsync": fsync])
        try await QueueUnderTest.with(server: server, { $0.enqueueDeadline = .seconds(40) }) { test in
            let receipts = try await withThrowingTaskGroup(of: [Receipt].self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        var receipts: [Receipt] = []
                        for _ in 0..<50 {
                            receipts.append(try await test.queue.enqueue(test.job()))
                        }
                        return receipts
                    }
                }
                while try await test.entries() < 500 {}
                await server.kill()
                try await server.restart()
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(receipts.count == 1000 && receipts.allSatisfy { !$0.isDuplicate })
            // Killed again when all are accepted: every one of them is there, and once.
            await server.kill()
            try await server.restart()
            let jobs = try await test.queue.jobs(receipts.map(\.id))
            #expect(jobs.allSatisfy { $0?.state == .ready })
            #expect(try await test.entries() == 1000)
            #expect(Set(try await test.claim(2000).map(\.id)) == Set(receipts.map(\.id)))
        }
        await server.terminate()
    }

    @Test(.redisServer(["appendonly": "yes", "appendfsync": "always"]))
    func `leases, outcomes and reviews survive a killed redis-server`() async throws {
        let server = try RedisServerTrait.server
        try await QueueUnderTest.with { test in
            let ids = try await test.queue.enqueue((0..<4).map { _ in test.job() }).map(\.id)
            let jobs = try await test.claim(3)
            try await test.settle(jobs[0], .completed("1"))
            try await test.settle(jobs[1], .completed(confidence: 0))
            await server.kill()
            try await server.restart()
            let states = try await test.queue.jobs(ids).map { $0?.state }
            #expect(states == [.completed, .escalated, .running, .ready])
            #expect(try await test.beat([jobs[2]]) == QueueUnderTest.Beat())
            #expect(try await test.settle(jobs[2], .completed()) == "completed")
            #expect(try await test.queue.openEscalationCount() == 1)
            let next = try #require(try await test.claim(5).first)
            #expect(next.id == ids[3] && next.fence > jobs[2].fence)
        }
    }

    @Test(.redisServer()) func `without a replica the receipt says that only the server's memory holds the job`()
        async throws
    {
        try await QueueUnderTest.with { test in
            let receipt = try await test.queue.enqueue(test.job(), durability: .replicated(1))
            #expect(receipt.durability == .memory)
            #expect(try await test.state(receipt.id) == .ready)
        }
    }

    @Test(.redisServer()) func `with one replica the receipt says one, also when two were asked for`() async throws {
        let master = try RedisServerTrait.server
        let replica = try await PrivateRedis.start(settings: ["replicaof": "127.0.0.1 \(master.port)"])
        try await QueueUnderTest.with { test in
            while try await !(test.command("INFO", "replication").string ?? "").contains("state=online") {}
            #expect(try await test.queue.enqueue(test.job(), durability: .replicated(1)).durability == .replicated(1))
            #expect(try await test.queue.enqueue(test.job(), durability: .replicated(2)).durability == .replicated(1))
        }
        await replica.terminate()
    }
}
