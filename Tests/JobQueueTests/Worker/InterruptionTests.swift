import JobModel
import JobQueue
import Synchronization
import Testing

extension RuntimeTests {
    @Suite("An interruption", .timeLimit(.minutes(2)))
    struct InterruptionTests {
        /// How long the handlers of five jobs, one after another, take to hear of it; the third of them by size, since a
        /// busy machine may hold up one or two.
        private func median(
            _ policy: JobPolicy = JobPolicy(backoff: .none),
            expecting state: JobState,
            _ interrupt: (WorkerHarness, JobID) async throws -> Void
        ) async throws -> Duration {
            let clock = ContinuousClock()
            var delays: [Duration] = []
            try await WorkerHarness.with(lease: .seconds(30)) { harness in
                let started = AsyncStream.makeStream(of: Void.self)
                let heard = Mutex<ContinuousClock.Instant?>(nil)
                let action = Scripted { _, _ in
                    started.continuation.yield()
                    do {
                        try await Task.sleep(for: .seconds(60))
                    } catch {
                        heard.withLock { $0 = clock.now }
                        throw error
                    }
                    return .completed([:], confidence: 1)
                }
                try await harness.withWorker([action]) { _ in
                    var starts = started.stream.makeAsyncIterator()
                    for _ in 0..<5 {
                        let id = try await harness.enqueue("scripted", [:], policy)
                        _ = await starts.next()
                        let asked = clock.now
                        try await interrupt(harness, id)
                        #expect(try await harness.ended(id).state == state)
                        let instant = heard.withLock { $0 }
                        delays.append(try #require(instant) - asked)
                    }
                }
            }
            return delays.sorted()[2]
        }

        @Test("reaches the handler of a cancelled job within a second, with a lease of half a minute")
        func cancellation() async throws {
            let delay = try await median(expecting: .cancelled) { harness, id in
                let answer = try await harness.queue.cancel(id)
                #expect(answer == .cancelling)
            }
            #expect(delay < .seconds(1))
        }

        @Test("reaches the handler of a job whose time is up within a second, with a lease of half a minute")
        func timeLimit() async throws {
            let policy = JobPolicy(maximumAttempts: 1, timeout: .milliseconds(100))
            let delay = try await median(policy, expecting: .dead) { _, _ in }
            #expect(delay >= .milliseconds(90) && delay < .milliseconds(1100))
        }

        @Test("of a cancelled flow reaches all of its running handlers")
        func flow() async throws {
            try await WorkerHarness.with(lease: .seconds(30)) { harness in
                let started = AsyncStream.makeStream(of: Void.self)
                let action = Scripted { _, _ in
                    started.continuation.yield()
                    try await Task.sleep(for: .seconds(60))
                    return .completed([:], confidence: 1)
                }
                try await harness.withWorker([action]) { _ in
                    let steps = try (1...3).map { number in
                        NewFlow.Step(
                            "E\(number)",
                            try NewJob(queue: WorkerHarness.queueName, action: "scripted", parameters: ["n": number])
                        )
                    }
                    let flow = NewFlow(id: JobID(trusted: "flow"), steps: steps)
                    try await harness.queue.enqueue(flow)
                    var starts = started.stream.makeAsyncIterator()
                    for _ in 1...3 { _ = await starts.next() }
                    let asked = ContinuousClock.now
                    #expect(try await harness.queue.cancelFlow(flow.id) == 3)
                    for step in steps {
                        #expect(try await harness.ended(flow.job(step.name)).state == .cancelled)
                    }
                    // Far below the lease and the sleep; the second is measured above.
                    #expect(ContinuousClock.now - asked < .seconds(10))
                }
            }
        }
    }
}
