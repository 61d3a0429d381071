import Foundation
import JobQueue
import Logging
import PostgresClient
import TestSupport
import Testing
import Workers

/// The workers of a test: a work folder of their own, and a database of their own where one is asked for.
struct TestWorkers: Sendable {
    let environment: WorkerEnvironment

    /// The test's folder; removed at its end.
    var folder: String { environment.workFolder }

    /// Runs the body with workers that have no database.
    static func run<R>(
        configure: (inout WorkerEnvironment) -> Void = { _ in },
        _ body: (TestWorkers) async throws -> R
    ) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "concord-workers-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var environment = WorkerEnvironment(postgres: nil, workFolder: folder, logger: Logger(label: "test"))
        configure(&environment)
        return try await body(TestWorkers(environment: environment))
    }

    /// Runs the body with workers on a new database with the property tables.
    static func runWithDatabase<R>(
        configure: (inout WorkerEnvironment) -> Void = { _ in },
        _ body: (TestWorkers, PostgresClient) async throws -> R
    ) async throws -> R {
        let configuration = try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase())
        let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
        do {
            let result = try await run(configure: configure) { workers in
                var environment = workers.environment
                environment.postgres = client
                try await environment.prepare()
                return try await body(TestWorkers(environment: environment), client)
            }
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// Runs an action as a job would, with JSON parameters; `job` is the idempotency key.
    func run(
        _ kind: QueueName,
        _ action: String,
        _ parameters: JSONValue,
        job: String = "job-\(UUID().uuidString)",
        progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) async throws -> Outcome<JSONValue> {
        let id = try #require(JobID(rawValue: job))
        return try await DirectRun(kind: kind, environment: environment)
            .run(action, parameters: parameters, id: id, progress: progress)
    }

    /// Downloads a roll of Broward 2025 P and returns the step's `file`.
    func download(_ dataset: String, source: String) async throws -> JSONValue {
        let outcome = try await run("florida_data", "download", Self.broward(dataset, source: source))
        return try #require(outcome.result["file"])
    }

    /// The parameters of a download.
    static func broward(_ dataset: String, source: String) -> JSONValue {
        ["county": "BROWARD", "dataset": .string(dataset), "year": 2025, "source": .string(source)]
    }

    /// The failure with which an action must end.
    func failure(_ kind: QueueName, _ action: String, _ parameters: JSONValue) async throws -> JobFailure {
        try await jobFailure { _ = try await run(kind, action, parameters) }
    }

    /// What is left on the way in the work folder: files that were neither taken nor removed.
    var leftovers: [String] {
        let incoming = "\(folder)/downloads/incoming"
        let found = FileManager.default.enumerator(atPath: incoming)?.compactMap { $0 as? String } ?? []
        let notes: Set = ["lock", "known.json", "roll.zip.version"]
        return found.filter { path in
            let name = path.split(separator: "/").last.map(String.init) ?? path
            // A folder of an address stays, with its notes; one of a single run does not.
            return path.contains("/") ? !notes.contains(name) : UUID(uuidString: path) != nil
        }
    }
}

/// The job failure that the body must throw.
func jobFailure(_ body: () async throws -> Void) async throws -> JobFailure {
    do {
        try await body()
    } catch {
        return try #require(error as? JobFailure, "not a job failure: \(error)")
    }
    throw MissingFailure()
}

struct MissingFailure: Error, CustomStringConvertible {
    var description: String { "the action succeeded where it had to fail" }
}

extension PostgresClient {
    /// The number that a query's first value is.
    func number(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> Int {
        try await #require(query(sql, parameters).first).decode(0)
    }
}
