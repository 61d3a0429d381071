import Foundation
import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Self-healing", .postgresServer, .redisServer(), .timeLimit(.minutes(5)))
struct SelfHealingTests {
    private static func record(_ outcome: Outcome<JSONValue>) throws -> JSONValue {
        try #require(outcome.result["handled"]?[0])
    }

    private static func heal(_ type: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(["issue_type": .string(type)].merging(more) { $1 })
    }

    /// Makes a sale that repeats another one under a number of its own.
    private static func duplicateSale(_ client: PostgresClient) async throws {
        try await client.execute(
            """
            INSERT INTO sales SELECT (jsonb_populate_record(s, '{"sale_id_cd": "again"}')).* FROM sales s
            WHERE clerk_no IS NOT NULL ORDER BY sale_id_cd LIMIT 1
            """
        )
        // As if the file had had it.
        try await client.execute("UPDATE source_files SET rows = rows + 1")
    }

    @Test("rows that were lost come back from the roll's own file, and the detector says so")
    func corruption() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await workers.load("SDF")
            let before = try await client.number("SELECT count(*) FROM sales")
            try await client.execute(
                "DELETE FROM sales WHERE sale_id_cd IN (SELECT sale_id_cd FROM sales ORDER BY 1 LIMIT 3)"
            )
            try await workers.withWorkers(["florida_data", "data_quality"], on: queue) {
                for job in ["heal-1", "heal-1"] {
                    let parameters = Self.heal("corruption", ["wait_seconds": 120])
                    let outcome = try await workers.checked("ai_ml", "execute_self_healing", parameters, job: job)
                    guard outcome.result["status"] != "nothing_found" else { continue }
                    let record = try Self.record(outcome)
                    #expect(record["status"] == "resolved")
                    #expect(record["action"] == "reload_file")
                    #expect(record["remaining"] == 0)
                    #expect(outcome.confidence == 1)
                }
            }
            #expect(try await client.number("SELECT count(*) FROM sales") == before)
            #expect(try await client.number("SELECT count(*) FROM healing_log WHERE status = 'resolved'") == 1)
        }
    }

    @Test("a roll that is due is downloaded; without workers the healing is pending, not resolved")
    func pending() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await workers.load("SDF")
            let parameters = Self.heal("missing", ["wait_seconds": 0])
            let outcome = try await workers.checked("ai_ml", "execute_self_healing", parameters, job: "heal-2")
            #expect(outcome.result["status"] == "pending")
            #expect(outcome.confidence == 0)
            let subjects = outcome.result["handled"]?.elements?.compactMap { $0["subject"]?.string }
            #expect(subjects == ["NAL 16 2025P", "NAP 16 2025P"])
            try await workers.withWorkers(["florida_data", "data_quality"], on: queue) {
                let again = Self.heal("missing", ["wait_seconds": 120])
                let outcome = try await workers.checked("ai_ml", "execute_self_healing", again, job: "heal-2")
                #expect(outcome.result["status"] == "resolved")
            }
            #expect(try await client.number("SELECT count(*) FROM parcels") == 200)
        }
    }

    @Test("duplicates are only taken away once a person approved, and stay in quarantine")
    func approval() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await workers.load("SDF")
            try await Self.duplicateSale(client)
            let before = try await client.number("SELECT count(*) FROM sales")
            let carryOut = { (id: JobID) -> JSONValue in ["mode": "carry_out", "proposal": .string(id.rawValue)] }
            try await workers.withWorkers(["ai_ml"], on: queue) {
                let job = try NewJob(queue: "ai_ml", action: "execute_self_healing", parameters: Self.heal("duplicate"))
                let id = try await queue.enqueue(job).id
                let proposed = try await queue.ended(id)
                #expect(proposed.state == .escalated)
                #expect(try await client.number("SELECT count(*) FROM sales") == before)
                let name = try #require(proposed.escalation)
                let escalation = try #require(try await queue.escalation(name))
                #expect(escalation.reason == .approvalRequired)
                let early = try await workers.failure("ai_ml", "execute_self_healing", carryOut(id))
                #expect(early.code == "not_approved")
                _ = try await queue.decide(escalation.id, .approve, version: escalation.version, reviewer: "ada")
                #expect(try await queue.ended(id).state == .completed)
                let outcome = try await workers.checked("ai_ml", "execute_self_healing", carryOut(id))
                #expect(outcome.result["status"] == "resolved")
                #expect(outcome.confidence == 1)
            }
            #expect(try await client.number("SELECT count(*) FROM sales") == before - 1)
            #expect(try await client.number("SELECT count(*) FROM quarantined_rows WHERE reason = 'duplicate'") == 1)
            // What is in quarantine is accounted for, and no corruption.
            let corruption = try await workers.checked(
                "ai_ml",
                "execute_self_healing",
                Self.heal("corruption", ["mode": "dry_run"])
            )
            #expect(corruption.result["status"] == "nothing_found")
        }
    }

    @Test("rows with impossible values are proposed for quarantine")
    func validation() async throws {
        try await TestWorkers.runWithQueue { workers, client, _ in
            try await workers.load("NAP")
            try await client.execute("UPDATE tangible SET tax_val = -5 WHERE acct_id LIKE '%1'")
            let outcome = try await workers.checked(
                "ai_ml",
                "execute_self_healing",
                Self.heal("validation"),
                job: "heal-3"
            )
            #expect(outcome.review == .approvalRequired)
            #expect(outcome.result["status"] == "waiting_for_approval")
            #expect(outcome.result["proposal"] == "heal-3")
            #expect(try Self.record(outcome)["found"] == 8)
            #expect(try await client.number("SELECT count(*) FROM tangible") == 80)
        }
    }

    @Test("statistics, leftovers and migrations are mended at once")
    func deployment() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAL")
            let statistics = try await workers.checked(
                "ai_ml",
                "execute_self_healing",
                Self.heal("performance", ["maximum_actions": 100])
            )
            #expect(statistics.result["status"] == "resolved")
            #expect(
                statistics.result["handled"]?.elements?.contains {
                    $0["subject"]?.string?.hasPrefix("parcels_") == true
                } == true
            )

            let old = "\(workers.folder)/validation/old"
            try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
            let yesterday = Date(timeIntervalSinceNow: -2 * 86_400)
            try FileManager.default.setAttributes([.modificationDate: yesterday], ofItemAtPath: old)
            let leftovers = try await workers.checked("ai_ml", "execute_self_healing", Self.heal("resource"))
            #expect(leftovers.result["status"] == "resolved")
            #expect(!FileManager.default.fileExists(atPath: old))

            try await client.execute("DROP TABLE performance_samples, performance_cursors, metric_points")
            try await client.execute("DELETE FROM concord_migrations WHERE component = 'performance'")
            let schema = try await workers.checked("ai_ml", "execute_self_healing", Self.heal("schema"))
            #expect(schema.result["status"] == "resolved")
            #expect(try await client.number("SELECT count(*) FROM metric_points") == 0)
        }
    }

    @Test("records of migrations that were lost are written again, where all that they make is there")
    func lostRecords() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("SDF")
            let rows = try await client.number("SELECT count(*) FROM sales")
            let records = try await client.number("SELECT count(*) FROM concord_migrations")
            try await client.execute("DELETE FROM concord_migrations")
            let healed = try await workers.checked("ai_ml", "execute_self_healing", Self.heal("schema"))
            #expect(healed.result["status"] == "resolved")
            #expect(try await client.number("SELECT count(*) FROM concord_migrations") == records)
            #expect(try await client.number("SELECT count(*) FROM sales") == rows)
            // A part of a migration cannot be mended without knowing the rest: it is said, and nothing is done.
            try await client.execute("DROP TABLE performance_cursors")
            try await client.execute("DELETE FROM concord_migrations WHERE component = 'performance'")
            let partly = try await workers.checked("ai_ml", "execute_self_healing", Self.heal("schema"))
            #expect(partly.result["status"] == "unresolved")
            #expect(try Self.record(partly)["detail"]?.string?.contains("performance_cursors is missing") == true)
        }
    }

    @Test(
        "each detector finds its own issue, and a dry run does nothing",
        arguments: [
            ("staleness", "UPDATE source_files SET year = 2023"),
            ("referential", "DELETE FROM parcels WHERE parcel_id IN (SELECT parcel_id FROM sales LIMIT 9)"),
            ("missing", "SELECT 1"), ("corruption", "DELETE FROM sales WHERE sale_mo = 1"),
            ("validation", "UPDATE sales SET sale_mo = 13 WHERE sale_mo = 2"),
            ("schema", "DELETE FROM concord_migrations"),
        ]
    )
    func dryRun(type: String, damage: String) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("SDF")
            try await workers.load("NAL")
            try await client.execute(damage)
            let outcome = try await workers.checked(
                "ai_ml",
                "execute_self_healing",
                Self.heal(type, ["mode": "dry_run"])
            )
            #expect(outcome.result["status"] == "found")
            #expect(
                outcome.result["handled"]?.elements?.allSatisfy {
                    $0["issue_type"] == .string(type) && $0["status"] == "found"
                } == true
            )
        }
    }

    @Test("a sound database needs no healing, whatever the type")
    func nothingFound() async throws {
        try await TestWorkers.runWithQueue { workers, client, _ in
            for dataset in ["SDF", "NAP", "NAL"] { try await workers.load(dataset) }
            try await client.execute("ANALYZE")
            for type in [
                "corruption", "missing", "duplicate", "validation", "referential", "schema", "connection", "resource",
            ] {
                let outcome = try await workers.checked("ai_ml", "execute_self_healing", Self.heal(type))
                #expect(outcome.result["status"] == "nothing_found", "\(type)")
                #expect(outcome.confidence == 1)
            }
        }
    }

    @Test("what steps found is taken as a list of lists; none means that there is nothing to do")
    func lists() async throws {
        try await TestWorkers.runWithQueue { workers, client, _ in
            try await workers.load("SDF")
            try await client.execute("DELETE FROM sales WHERE sale_mo = 1")
            let parity = try await workers.checked("performance", "check_data_parity")
            let issues = try #require(parity.result["issues"])
            let parameters: JSONValue = ["issues": [issues, []], "mode": "dry_run"]
            let outcome = try await workers.checked("ai_ml", "execute_self_healing", parameters)
            #expect(outcome.result["handled"]?.elements?.count == 1)
            #expect(try Self.record(outcome)["subject"] == "SDF 16 2025P")
            let none = try await workers.checked("ai_ml", "execute_self_healing", ["issues": [[], []]])
            #expect(none.result["status"] == "nothing_found")
            let off = try await workers.checked("ai_ml", "execute_self_healing", ["enabled": false])
            #expect(off.result["status"] == "not_asked")
            let unused = try await workers.checked(
                "ai_ml",
                "execute_self_healing",
                ["mode": "carry_out", "proposal": ""]
            )
            #expect(unused.result["status"] == "nothing_found")
        }
    }

    @Test(
        "what says nothing to heal is refused by name",
        arguments: [
            ([:], "issue_type"), (["issue_type": "boredom"], "issue_type"),
            (["issue_type": "missing", "wait_seconds": -1], "wait_seconds"),
            (["mode": "carry_out", "proposal": "no-such-job"], "proposal"),
        ] as [(JSONValue, String)]
    )
    func wrong(parameters: JSONValue, field: String) async throws {
        try await TestWorkers.runWithQueue { workers, _, _ in
            let failure = try await workers.failure("ai_ml", "execute_self_healing", parameters)
            #expect(failure.field == field)
        }
    }

    @Test("waiting for a reload ends when the job is cancelled")
    func cancelled() async throws {
        try await TestWorkers.runWithQueue { workers, _, queue in
            try await workers.load("SDF")
            try await workers.withWorkers(["ai_ml"], on: queue) {
                let parameters = Self.heal("missing", ["wait_seconds": 600])
                let job = try NewJob(queue: "ai_ml", action: "execute_self_healing", parameters: parameters)
                let id = try await queue.enqueue(job).id
                while try await queue.queues().first(where: { $0.queue == "florida_data" })?.ready ?? 0 == 0 {
                    try await Task.sleep(for: .milliseconds(20))
                }
                _ = try await queue.cancel(id)
                #expect(try await queue.ended(id).state == .cancelled)
            }
        }
    }
}
