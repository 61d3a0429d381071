import JobModel
import JobQueue
import RedisClient

/// Enqueues the jobs and flows of the benchmark.
struct BenchProducer: Sendable {
    let queue: JobQueue
    /// For how long results are kept; zero keeps nothing of a completed job.
    var retention: Duration = .seconds(3600)

    /// Jobs of one call: enough that encoding and sending overlap, and a bound on what a producer holds.
    private static let jobsPerCall = 10_000

    /// A job with 200 bytes of JSON.
    func job(_ action: String, _ number: Int, sentAt time: Int = 0) -> NewJob {
        let digits = String(number)
        let user = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        let input =
            #"{"id":\#(number),"t":\#(time),"user":"user-\#(user)@example.com","action":"resize-image","#
            + #""path":"/uploads/2026/11/abcdef0123456789.png","w":640,"h":480,"#
            + #""pad":"The quick brown fox jumps over the lazy do"}"#
        return NewJob(
            queue: Bench.queueName,
            action: action,
            input: Array(input.utf8),
            policy: JobPolicy(retention: retention)
        )
    }

    /// Enqueues one job after another.
    func single(_ count: Int) async throws {
        for number in 0..<count { _ = try await queue.enqueue(job("noop", number)) }
    }

    /// Enqueues many jobs a call.
    func bulk(_ count: Int, action: String = "noop") async throws {
        for start in stride(from: 0, to: count, by: Self.jobsPerCall) {
            _ = try await queue.enqueue((start..<min(count, start + Self.jobsPerCall)).map { job(action, $0) })
        }
    }

    /// Enqueues one by one from many callers.
    func concurrent(_ count: Int, callers: Int) async throws {
        try await withThrowingTaskGroup { group in
            for caller in 0..<callers {
                group.addTask {
                    for number in stride(from: caller, to: count, by: callers) {
                        _ = try await queue.enqueue(job("noop", number))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Enqueues a job every 20 ms that says when it was sent.
    func timed(_ count: Int) async throws {
        let clock = ContinuousClock()
        var next = clock.now
        for number in 0..<count {
            next += .milliseconds(20)
            _ = try await queue.enqueue(job("lat", number, sentAt: Bench.nanoseconds()))
            try await clock.sleep(until: next)
        }
    }

    /// Runs flows one after another.
    ///
    /// - Returns: milliseconds of each, from just before its enqueue to its last step.
    func flows(_ count: Int, isFan: Bool, notes: RedisClient) async throws -> [Double] {
        var waits: [Double] = []
        for number in 0..<count {
            let sent = Bench.nanoseconds()
            let id = JobID(trusted: "flow-\(sent)-\(number)")
            let steps = isFan ? fan(number, sent) : chain(number, sent)
            try await queue.enqueue(NewFlow(id: id, steps: steps, retention: max(.seconds(1), retention)))
            let reply = try await notes.send(RedisCommand("BLPOP", "done", "30"), timeout: .seconds(35))
            let words = reply[1].string?.split(separator: " ") ?? []
            guard words.count == 3, let ended = Int(words[2]) else {
                throw BenchError(message: "flow \(number) did not end within 30 s")
            }
            waits.append(Double(ended - sent) / 1e6)
        }
        return waits
    }

    /// Four steps in a row.
    private func chain(_ number: Int, _ sent: Int) -> [NewFlow.Step] {
        [
            NewFlow.Step("a", job("step", number, sentAt: sent)),
            NewFlow.Step("b", job("step", number, sentAt: sent), after: ["a"]),
            NewFlow.Step("c", job("step", number, sentAt: sent), after: ["b"]),
            NewFlow.Step("d", job("final", number, sentAt: sent), after: ["c"]),
        ]
    }

    /// One step, twenty after it, and one that waits for all of them.
    private func fan(_ number: Int, _ sent: Int) -> [NewFlow.Step] {
        let middle = (0..<20).map { "m\($0)" }
        return [NewFlow.Step("first", job("step", number, sentAt: sent))]
            + middle.map { NewFlow.Step($0, job("step", number, sentAt: sent), after: ["first"]) }
            + [NewFlow.Step("last", job("final", number, sentAt: sent), after: middle)]
    }
}
