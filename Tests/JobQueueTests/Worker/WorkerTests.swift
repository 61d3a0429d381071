import JobModel
import JobQueue
import Synchronization
import Testing

extension RuntimeTests {
    @Suite("A worker", .timeLimit(.minutes(2)))
    struct WorkerTests {
        typealias Parameters = [String: JSONValue]

        @Test("runs an enqueued job and stores its result")
        func runs() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add()]) { _ in
                    let id = try await harness.enqueue("add", ["a": 2, "b": 3])
                    let job = try await harness.ended(id)
                    #expect(job.state == .completed)
                    #expect(job.result.map { String(decoding: $0, as: UTF8.self) } == #"{"sum":5}"#)
                    #expect(job.confidence == 1)
                }
            }
        }

        @Test("drains a thousand jobs, never more at once than its concurrency, each of them once")
        func drains() async throws {
            try await WorkerHarness.with { harness in
                let state = Mutex<(runs: [Int: Int], active: Int, most: Int)>(([:], 0, 0))
                let count = Scripted { parameters, _ in
                    let number = parameters["n"]?.int ?? -1
                    state.withLock { state in
                        state.runs[number, default: 0] += 1
                        state.active += 1
                        state.most = max(state.most, state.active)
                    }
                    await Task.yield()
                    state.withLock { $0.active -= 1 }
                    return .completed([:], confidence: 1)
                }
                let jobs = try (0..<1000).map {
                    try NewJob(queue: WorkerHarness.queueName, action: "scripted", parameters: ["n": $0])
                }
                _ = try await harness.queue.enqueue(jobs)
                try await harness.withWorker(concurrency: 16, [count]) { worker in
                    while worker.status.settled < 1000 { try await Task.sleep(for: .milliseconds(5)) }
                }
                #expect(state.withLock { $0.runs.count } == 1000)
                #expect(state.withLock { $0.runs.values.allSatisfy { $0 == 1 } })
                #expect(state.withLock { $0.most } <= 16)
            }
        }

        @Test("parks a result of low confidence, and an approval completes the job without a second run")
        func lowConfidence() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add(confidence: 0.4)]) { _ in
                    let id = try await harness.enqueue("add", ["a": 1, "b": 1])
                    let parked = try await harness.ended(id)
                    #expect(parked.state == .escalated)
                    let escalation = try #require(try await harness.queue.openEscalations().first)
                    #expect(escalation.reason == .lowConfidence)
                    #expect(escalation.confidence == 0.4)
                    let (version, state) = try await harness.queue.decide(
                        escalation.id,
                        .approve,
                        version: 1,
                        reviewer: "ann"
                    )
                    #expect(version == 2)
                    #expect(state == .completed)
                    let error = await #expect(throws: JobQueueError.self) {
                        try await harness.queue.decide(escalation.id, .reject, version: 1, reviewer: "bob")
                    }
                    #expect(error?.code == .conflict)
                    let job = try #require(try await harness.queue.job(id))
                    #expect(job.review == "approved")
                    #expect(job.deliveries == 1)
                }
            }
        }

        @Test("a reviewer's retry runs the job again with the changed parameter, the others kept, and his guidance")
        func retryDecision() async throws {
            try await WorkerHarness.with { harness in
                let sum = Scripted { parameters, context in
                    let total = (parameters["a"]?.int ?? 0) + (parameters["b"]?.int ?? 0)
                    return .completed(
                        ["sum": .integer(total), "guidance": .string(context.guidance ?? "")],
                        confidence: context.guidance == nil ? 0.1 : 1
                    )
                }
                try await harness.withWorker([sum]) { _ in
                    let id = try await harness.enqueue("scripted", ["a": 1, "b": 2])
                    let parked = try await harness.ended(id)
                    let escalation = try #require(parked.escalation)
                    try await harness.queue.decide(
                        escalation,
                        .retry(parameters: ["b": 40], guidance: "use forty"),
                        version: 1,
                        reviewer: "ann"
                    )
                    let job = try await harness.job(id) { $0.state == .completed }
                    let result = try JSONValue(parsing: try #require(job.result))
                    #expect(result["sum"] == 41)
                    #expect(result["guidance"] == "use forty")
                }
            }
        }

        @Test("tries a failing job again and keeps it as a dead letter with its errors")
        func deadLetter() async throws {
            try await WorkerHarness.with { harness in
                let failing = Scripted { _, context in
                    throw JobFailure("broken", "attempt \(context.attempt) broke", isRetryable: true)
                }
                let policy = JobPolicy(
                    maximumAttempts: 3,
                    backoff: Backoff(base: .milliseconds(20), factor: 2, cap: .seconds(1), jitter: 0.5)
                )
                try await harness.withWorker([failing]) { _ in
                    let id = try await harness.enqueue("scripted", [:], policy)
                    let job = try await harness.ended(id)
                    #expect(job.state == .dead)
                    #expect(job.cause == "attempts")
                    #expect(
                        job.errors.map(\.failure.message) == ["attempt 1 broke", "attempt 2 broke", "attempt 3 broke"]
                    )
                    #expect(try await harness.queue.deadLetters().map(\.id) == [id])
                }
            }
        }

        @Test("names the parameter that is missing, and does not try again")
        func missingParameter() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([Add()]) { _ in
                    let id = try await harness.enqueue("add", ["a": 1])
                    let job = try await harness.ended(id)
                    #expect(job.state == .dead)
                    #expect(job.attempts == 1)
                    #expect(job.errors.first?.failure.field == "b")
                }
            }
        }

        @Test("keeps a job whose action it does not know")
        func unknownAction() async throws {
            try await WorkerHarness.with { harness in
                let policy = JobPolicy(maximumAttempts: 2, backoff: .none)
                try await harness.withWorker([Add()]) { _ in
                    let id = try await harness.enqueue("subtract", [:], policy)
                    let job = try await harness.ended(id)
                    #expect(job.state == .dead)
                    #expect(job.errors.last?.failure.code == "unknown_action")
                    #expect(job.errors.last?.failure.message.contains("add") == true)
                }
            }
        }

        @Test("cancels a running action within two seconds of the request")
        func cancelsRunning() async throws {
            try await WorkerHarness.with { harness in
                let started = Gate()
                let endless = Scripted { _, _ in
                    started.open()
                    try await Task.sleep(for: .seconds(60))
                    return .completed([:], confidence: 1)
                }
                try await harness.withWorker([endless]) { _ in
                    let id = try await harness.enqueue("scripted")
                    await started.wait()
                    let asked = ContinuousClock.now
                    #expect(try await harness.queue.cancel(id) == .cancelling)
                    let job = try await harness.ended(id)
                    #expect(job.state == .cancelled)
                    #expect(ContinuousClock.now - asked < .seconds(2))
                }
            }
        }

        @Test("fails an action that takes longer than its time limit, as retryable")
        func timesOut() async throws {
            try await WorkerHarness.with { harness in
                let slow = Scripted { _, context in
                    if context.attempt == 1 { try await Task.sleep(for: .seconds(60)) }
                    return .completed([:], confidence: 1)
                }
                let policy = JobPolicy(backoff: .none, timeout: .milliseconds(200))
                try await harness.withWorker([slow]) { _ in
                    let id = try await harness.enqueue("scripted", [:], policy)
                    let job = try await harness.ended(id)
                    #expect(job.state == .completed)
                    #expect(job.errors.map(\.failure.code) == ["timed_out"])
                }
            }
        }

        @Test("keeps the lease of an action that computes without pause for three leases")
        func computing() async throws {
            try await WorkerHarness.with(lease: .seconds(1)) { harness in
                let busy = Scripted { _, _ in
                    let end = ContinuousClock.now + .seconds(3)
                    var rounds = 0
                    while ContinuousClock.now < end { rounds &+= 1 }
                    return .completed(["rounds": .integer(rounds)], confidence: 1)
                }
                try await harness.withWorker(concurrency: 4, [busy]) { _ in
                    var ids: [JobID] = []
                    for _ in 0..<4 { ids.append(try await harness.enqueue("scripted")) }
                    for id in ids {
                        let job = try await harness.ended(id)
                        #expect(job.state == .completed)
                        #expect(job.deliveries == 1)
                    }
                }
            }
        }

        @Test("drops the outcome of a run whose lease another worker has got, and cancels it")
        func lostLease() async throws {
            try await WorkerHarness.with { harness in
                let state = Mutex<(runs: Int, wasCancelled: Bool)>((0, false))
                let first = Gate()
                let action = Scripted { _, context in
                    let run = state.withLock { state in
                        state.runs += 1
                        return state.runs
                    }
                    guard run == 1 else { return .completed(["by": "second"], confidence: 1) }
                    first.open()
                    do {
                        try await Task.sleep(for: .seconds(30))
                    } catch {
                        state.withLock { $0.wasCancelled = true }
                    }
                    return .completed(["by": "first"], confidence: 1)
                }
                try await harness.withWorker(concurrency: 1, [action]) { _ in
                    let id = try await harness.enqueue("scripted")
                    await first.wait()
                    try await harness.withWorker(concurrency: 1, [action]) { _ in
                        // The lease runs out while its holder is alive: as after a long stop of the process.
                        try await harness.takeLease(of: id)
                        let job = try await harness.ended(id)
                        #expect(job.result.map { String(decoding: $0, as: UTF8.self) } == #"{"by":"second"}"#)
                        #expect(job.deliveries == 2)
                    }
                    while !state.withLock({ $0.wasCancelled }) { try await Task.sleep(for: .milliseconds(10)) }
                }
                #expect(state.withLock { $0.runs } == 2)
            }
        }

        @Test("stores the progress that an action reports")
        func progress() async throws {
            try await WorkerHarness.with { harness in
                let release = Gate()
                let action = Scripted { _, context in
                    context.report(done: 3, total: 10, unit: "rows")
                    await release.wait()
                    return .completed([:], confidence: 1)
                }
                try await harness.withWorker([action]) { _ in
                    let id = try await harness.enqueue("scripted")
                    let job = try await harness.job(id) { $0.progress != nil }
                    let progress = try JSONCoding.decode(JobProgress.self, from: try #require(job.progress))
                    #expect(progress == JobProgress(done: 3, total: 10, unit: "rows"))
                    release.open()
                    _ = try await harness.ended(id)
                }
            }
        }
    }
}
