import Foundation
import JobModel
import JobQueue
import Logging
import PostgresClient
import PrivateServers
import ServiceLifecycle
import TestSupport
import Testing
import Workers

extension TestWorkers {
    /// Runs the body with workers on a new database and a namespace of their own on the suite's Redis.
    static func runWithQueue<R>(
        configure: (inout WorkerEnvironment) -> Void = { _ in },
        _ body: (TestWorkers, PostgresClient, JobQueue) async throws -> R
    ) async throws -> R {
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(
                redisURL: "redis://127.0.0.1:\(try RedisServerTrait.server.port)",
                namespace: "t\(UInt32.random(in: 0...UInt32.max))",
                lease: .seconds(2)
            ),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        do {
            let result = try await runWithDatabase(configure: { environment in
                environment.queue = queue
                configure(&environment)
            }) { workers, client in
                try await body(workers, client, queue)
            }
            await queue.close()
            return result
        } catch {
            await queue.close()
            throw error
        }
    }

    /// Runs an action, and holds its result against the schema that the action declares.
    func checked(
        _ kind: QueueName,
        _ action: String,
        _ parameters: JSONValue = [:],
        job: String = "job-\(UUID().uuidString)"
    ) async throws -> Outcome<JSONValue> {
        let description = try #require(describe(kind, action))
        #expect(description.parameters.defects(in: parameters) == [])
        let outcome = try await run(kind, action, parameters, job: job)
        #expect(description.result.defects(in: outcome.result) == [])
        #expect(!outcome.parts.isEmpty)
        let product = outcome.parts.reduce(1) { $0 * $1.value }
        #expect(abs(outcome.confidence - product) < 1e-9)
        return outcome
    }

    /// What an action says of itself.
    func describe(_ kind: QueueName, _ action: String) -> ActionDescription? {
        WorkerCatalog.actions(for: kind, environment: environment).map { type(of: $0).described }
            .first { $0.name == action }
    }

    /// Loads a roll of the sample, or a folder, by the four steps.
    func load(
        _ dataset: String,
        county: String = "BROWARD",
        year: Int = 2025,
        source: String = "sample"
    ) async throws {
        let parameters: JSONValue = [
            "county": .string(county), "dataset": .string(dataset), "year": .integer(year), "source": .string(source),
        ]
        let download = try await run("florida_data", "download", parameters)
        let file = try #require(download.result["file"])
        let process = try await run("florida_data", "process", ["file": file])
        _ = try await upload(process)
    }

    /// Runs one real worker process' loop of each kind around the body.
    func withWorkers<R>(
        _ kinds: [QueueName],
        on queue: JobQueue,
        _ body: () async throws -> R
    ) async throws -> R {
        let workers = kinds.map { kind in
            Worker(
                configuration: WorkerConfiguration(queue: kind, concurrency: 2, gracePeriod: .seconds(5)),
                actions: WorkerCatalog.actions(for: kind, environment: environment),
                on: queue,
                logger: queue.logger
            )
        }
        let group = ServiceGroup(services: workers, logger: queue.logger)
        let task = Task { try await group.run() }
        let result: Result<R, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await task.value
        return try result.get()
    }
}

extension JobQueue {
    /// The job as soon as it has ended or waits for a person; the suite's time limit bounds the wait.
    func ended(_ id: JobID) async throws -> JobSnapshot {
        while true {
            if let job = try await job(id), job.state.isTerminal || job.state == .escalated { return job }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

extension JSONValue {
    /// The issues of a result.
    var issues: [JSONValue] { self["issues"]?.elements ?? [] }
}
