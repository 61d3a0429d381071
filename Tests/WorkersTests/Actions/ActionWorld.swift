import Foundation
import JobQueue
import PostgresClient
@testable import PropertyData
import Testing
import Workers

/// A deployment in which each of the 25 actions has something to do: loaded and staged rolls, companies, owners, matches.
struct ActionWorld {
    let workers: TestWorkers
    let client: PostgresClient
    let queue: JobQueue
    /// A downloaded file that nobody has staged.
    let file: JSONValue
    /// Rows of Baker that are staged and not merged, by dataset; those of Clay are staged too.
    let staging: [String: JSONValue]
    /// The run of `match_entities` that links follow.
    let matches: String
    /// The folder of the register's files.
    let register: String

    /// Runs the body in a new one, on the suite's PostgreSQL and Redis.
    static func run<R>(_ body: (ActionWorld) async throws -> R) async throws -> R {
        try await TestWorkers.runWithQueue { workers, client, queue in
            // What was done until here must not show in the server's statistics as an action's doing.
            _ = try await client.query("SELECT pg_stat_force_next_flush()")
            var world: ActionWorld?
            try await TableTrace.withClient(like: client) { preparing in
                world = try await ActionWorld(workers, preparing, queue, client)
            }
            return try await body(try #require(world))
        }
    }

    /// Fills the database by a client of its own; `lasting` is the one that stays.
    private init(
        _ given: TestWorkers,
        _ client: PostgresClient,
        _ queue: JobQueue,
        _ lasting: PostgresClient
    ) async throws {
        var environment = given.environment
        environment.postgres = client
        let workers = TestWorkers(environment: environment)
        let register = "\(workers.folder)/register"
        try FileManager.default.createDirectory(atPath: register, withIntermediateDirectories: true)
        try RegisterFiles.write(["20260413c.txt", "20260414c.txt"], 20, into: register)
        for dataset in ["SDF", "NAL"] { try await workers.load(dataset) }
        try await MatchingFixture.fill(client, count: 60)
        // Accounts that stand there twice.
        try await client.execute(
            """
            INSERT INTO tangible (co_no, asmnt_yr, roll, acct_id, own_nam, own_addr, own_city, own_zipcd, row_hash, file_id)
            SELECT co_no, asmnt_yr, roll, 'B' || substr(acct_id, 2), own_nam, own_addr, own_city, own_zipcd, row_hash, file_id
            FROM tangible WHERE substr(acct_id, 2)::integer < 12
            """
        )
        // A month that no year has.
        try await client.execute("UPDATE sales SET sale_mo = 13 WHERE parcel_id = (SELECT min(parcel_id) FROM sales)")
        let run = "match-world"
        _ = try await workers.run("entity_matching", "match_entities", [:], job: run)
        self.workers = given
        self.client = lasting
        self.queue = queue
        self.register = "file:\(register)"
        matches = run
        file = try await Self.download("SDF", "ALACHUA", workers)
        var staged: [String: JSONValue] = [:]
        for dataset in ["SDF", "NAL", "NAP"] {
            for county in ["BAKER", "CLAY"] {
                let file = try await Self.download(dataset, county, workers)
                let job = "staged-\(dataset)-\(county)"
                let outcome = try await workers.run("florida_data", "process", ["file": file], job: job)
                if county == "BAKER" { staged[dataset] = outcome.result["staging"] }
            }
        }
        staging = staged
        // An end for `analyze_performance` to collect.
        try await workers.withWorkers(["performance"], on: queue) {
            let job = try NewJob(queue: "performance", action: "monitor_health", parameters: ["components": ["disk"]])
            _ = try await queue.ended(try await queue.enqueue(job).id)
        }
    }

    private static func download(_ dataset: String, _ county: String, _ workers: TestWorkers) async throws -> JSONValue
    {
        let parameters: JSONValue = [
            "county": .string(county), "dataset": .string(dataset), "year": 2025, "source": "sample",
        ]
        return try #require(try await workers.run("florida_data", "download", parameters).result["file"])
    }
}
