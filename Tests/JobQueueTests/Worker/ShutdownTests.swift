#if canImport(Glibc)
import Glibc
#endif
import JobModel
import JobQueue
import PrivateServers
import RedisClient
import Synchronization
import Testing

extension RuntimeTests {
    @Suite("Shutdown and recovery of a worker", .timeLimit(.minutes(2)))
    struct ShutdownTests {
        @Test("a running action finishes within the grace period")
        func finishes() async throws {
            try await WorkerHarness.with { harness in
                let started = Gate()
                let action = Scripted { _, _ in
                    started.open()
                    try await Task.sleep(for: .milliseconds(300))
                    return .completed([:], confidence: 1)
                }
                var id: JobID?
                try await harness.withWorker([action]) { _ in
                    id = try await harness.enqueue("scripted")
                    await started.wait()
                }
                let job = try #require(try await snapshot(id, harness))
                #expect(job.state == .completed)
                #expect(try await harness.queue.processes().isEmpty)
            }
        }

        @Test("an action that does not finish in time is handed back without a penalty")
        func handsBack() async throws {
            try await WorkerHarness.with { harness in
                let started = Gate()
                let action = Scripted { _, _ in
                    started.open()
                    try await Task.sleep(for: .seconds(60))
                    return .completed([:], confidence: 1)
                }
                var id: JobID?
                try await harness.withWorker(grace: .milliseconds(100), [action]) { _ in
                    id = try await harness.enqueue("scripted")
                    await started.wait()
                }
                let job = try #require(try await snapshot(id, harness))
                #expect(job.state == .ready)
                #expect(job.deliveries == 0)
                #expect(job.attempts == 0)
            }
        }

        @Test("an action that ignores its cancellation does not keep the process from ending")
        func abandons() async throws {
            try await WorkerHarness.with(lease: .seconds(30)) { harness in
                let started = Gate()
                let release = Gate()
                let action = Scripted { _, _ in
                    started.open()
                    await release.wait()
                    return .completed([:], confidence: 1)
                }
                var id: JobID?
                try await harness.withWorker(grace: .milliseconds(100), [action]) { _ in
                    id = try await harness.enqueue("scripted")
                    await started.wait()
                }
                #expect(try await snapshot(id, harness)?.state == .ready)
                release.open()
            }
        }

        private func snapshot(_ id: JobID?, _ harness: WorkerHarness) async throws -> JobSnapshot? {
            try await harness.queue.job(try #require(id))
        }

        @Test("rides out a killed and restarted Redis with AOF, without a restart of its own")
        func redisRestart() async throws {
            try await WorkerHarness.with(settings: ["appendonly": "yes", "appendfsync": "everysec"]) { harness in
                try await harness.withWorker([Add()]) { worker in
                    let first = try await harness.enqueue("add", ["a": 1, "b": 1])
                    _ = try await harness.ended(first)
                    await harness.redis.kill()
                    try await harness.redis.restart()
                    let second = try await harness.enqueue("add", ["a": 2, "b": 2])
                    let job = try await harness.ended(second)
                    #expect(job.state == .completed)
                    #expect(try await harness.queue.job(first)?.state == .completed)
                    while !worker.status.isReady { try await Task.sleep(for: .milliseconds(10)) }
                }
            }
        }

        @Test("goes on after FLUSHALL, which takes its streams, groups and registry away")
        func flushAll() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add()]) { _ in
                    _ = try await harness.ended(try await harness.enqueue("add", ["a": 1, "b": 1]))
                    _ = try await harness.queue.redis.send(RedisCommand("FLUSHALL"))
                    let job = try await harness.ended(try await harness.enqueue("add", ["a": 2, "b": 2]))
                    #expect(job.state == .completed)
                }
            }
        }

        @Test("is not ready while Redis does not answer, and ready again when it does")
        func readiness() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add()]) { worker in
                    _ = try await harness.ended(try await harness.enqueue("add", ["a": 1, "b": 1]))
                    #expect(worker.status.isReady)
                    harness.redis.child.signal(SIGSTOP)
                    while worker.status.isReady { try await Task.sleep(for: .milliseconds(50)) }
                    #expect(worker.status.reason?.contains("fetch") == true)
                    harness.redis.child.signal(SIGCONT)
                    while !worker.status.isReady { try await Task.sleep(for: .milliseconds(50)) }
                    #expect(
                        try await harness.ended(try await harness.enqueue("add", ["a": 2, "b": 2])).state == .completed
                    )
                }
            }
        }

        @Test("a delayed job runs when it is due, although no other job comes")
        func delayed() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add()]) { _ in
                    var job = try NewJob(queue: WorkerHarness.queueName, action: "add", parameters: ["a": 1, "b": 1])
                    job.delay = .milliseconds(300)
                    let id = try await harness.queue.enqueue(job).id
                    let ended = try await harness.ended(id)
                    let waited = try #require(ended.beganMilliseconds) - ended.createdMilliseconds
                    #expect((300..<900).contains(waited))
                }
            }
        }

        @Test("a paused queue hands nothing out until it is resumed")
        func paused() async throws {
            try await WorkerHarness.with { harness in
                try await harness.queue.setPaused(true, queue: WorkerHarness.queueName)
                try await harness.withWorker([Add()]) { worker in
                    let id = try await harness.enqueue("add", ["a": 1, "b": 1])
                    try await Task.sleep(for: .milliseconds(1500))
                    #expect(try await harness.queue.job(id)?.state == .ready)
                    #expect(worker.status.isReady)
                    try await harness.queue.setPaused(false, queue: WorkerHarness.queueName)
                    #expect(try await harness.ended(id).state == .completed)
                }
            }
        }
    }
}

extension WorkerHarness {
    /// Lets the lease of a running job run out at once.
    func takeLease(of id: JobID) async throws {
        let key = "\(queue.partitions.bases[0]):leases"
        // Its holder's next beat would extend it: the fence moves on first, as if another process had claimed it.
        _ = try await queue.redis.send(RedisCommand("HINCRBY", queue.partition(of: id).key(job: id), "fence", "1000"))
        _ = try await queue.redis.send(RedisCommand("ZADD", key, "XX", "1", id.rawValue))
    }
}
