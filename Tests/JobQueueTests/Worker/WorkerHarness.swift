import JobModel
import JobQueue
import Logging
import PrivateServers
import ServiceLifecycle
import Synchronization

/// An action that adds two numbers, for tests of what surrounds it.
struct Add: Action {
    static let name = "add"
    struct Parameters: Codable { var a: Int; var b: Int }
    struct Result: Codable, Equatable { var sum: Int }
    var confidence = 1.0

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        .completed(Result(sum: parameters.a + parameters.b), confidence: confidence)
    }
}

/// An action whose code is given.
struct Scripted: Action {
    static let name = "scripted"
    typealias Parameters = [String: JSONValue]
    typealias Result = [String: JSONValue]
    let body: @Sendable ([String: JSONValue], JobContext) async throws -> Outcome<[String: JSONValue]>

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try await body(parameters, context)
    }
}

/// A queue on a private Redis, and workers on it.
struct WorkerHarness {
    let redis: PrivateRedis
    let queue: JobQueue
    static let queueName: QueueName = "arithmetic"

    /// Starts a server, hands out the harness, stops the server.
    static func with(
        lease: Duration = .seconds(1),
        settings: [String: String] = [:],
        _ body: (WorkerHarness) async throws -> Void
    ) async throws {
        let redis = try await PrivateRedis.start(settings: settings)
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: "redis://127.0.0.1:\(redis.port)", lease: lease),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        do {
            try await body(WorkerHarness(redis: redis, queue: queue))
        } catch {
            await queue.close()
            await redis.terminate()
            throw error
        }
        await queue.close()
        await redis.terminate()
    }

    /// Runs a worker around the body and shuts it down gracefully.
    func withWorker(
        concurrency: Int = 4,
        grace: Duration = .seconds(5),
        _ actions: [any Action],
        _ body: (Worker) async throws -> Void
    ) async throws {
        let worker = Worker(
            configuration: WorkerConfiguration(
                queue: Self.queueName,
                concurrency: concurrency,
                gracePeriod: grace,
                stallLimit: .seconds(3)
            ),
            actions: actions,
            on: queue,
            logger: queue.logger
        )
        let group = ServiceGroup(services: [worker], logger: queue.logger)
        let task = Task { try await group.run() }
        let result: Result<Void, any Error>
        do {
            try await body(worker)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await task.value
        try result.get()
    }

    func enqueue(
        _ action: String,
        _ parameters: [String: JSONValue] = [:],
        _ policy: JobPolicy = JobPolicy()
    ) async throws -> JobID {
        try await queue.enqueue(
            try NewJob(queue: Self.queueName, action: action, parameters: parameters, policy: policy)
        ).id
    }

    /// The job as soon as it satisfies a condition; the suite's time limit bounds the wait.
    func job(_ id: JobID, when condition: (JobSnapshot) -> Bool) async throws -> JobSnapshot {
        while true {
            if let job = try await queue.job(id), condition(job) { return job }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func ended(_ id: JobID) async throws -> JobSnapshot {
        try await job(id) { $0.state.isTerminal || $0.state == .escalated }
    }
}

/// Opens once; whoever waits goes on.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
