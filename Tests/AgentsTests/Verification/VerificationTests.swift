import PostgresClient
import Foundation
import JobModel
import JobQueue
import Logging
import Orchestrator
import ServiceLifecycle
import TestSupport
import Testing

@testable import Agents

/// The verification agent against real loads, and against loads that somebody has altered.
@Suite("Verification", .postgresServer, .timeLimit(.minutes(15)))
struct VerificationTests {
    private static let play: JSONValue = ["id": "a", "worker": "stage", "action": "play", "parameters": ["value": 1]]

    private func claims(_ outcome: Outcome<JSONValue>, _ verdict: String) throws -> [JSONValue] {
        guard case .array(let claims)? = outcome.result["claims"] else { throw MissingFailure() }
        return claims.filter { $0["verdict"]?.string == verdict }
    }

    private func verify(
        _ stage: AgentStage,
        _ id: String,
        job: String = "job-\(UUID().uuidString)"
    ) async throws
        -> Outcome<JSONValue>
    {
        try await stage.act("verification", "verify", ["operation_id": .string(id)], job: job)
    }

    @Test("a load of each dataset holds: hashes, counts and samples", arguments: ["SDF", "NAP", "NAL"])
    func holds(dataset: String) async throws {
        try await withAgentStage { stage in
            let report = try await stage.run(AgentStage.pipeline(dataset))
            #expect(report.status == "completed", "\(report.error ?? "")")
            let outcome = try await verify(stage, report.operationId)
            #expect(outcome.result["verdict"]?["status"] == "verified", "\(outcome.result)")
            #expect(outcome.result["verdict"]?["confidence"] == 1)
            let subjects = try claims(outcome, "verified").compactMap { $0["subject"]?.string }
            for subject in ["lines", "rows_read", "rows_valid", "rows_checked", "rows_live"] {
                #expect(subjects.contains(subject), "\(subjects)")
            }
            #expect(subjects.contains { $0.hasSuffix("sha256") })
            #expect(subjects.contains { $0.hasPrefix("sampled rows") })
            #expect(outcome.parts.map(\.name) == ["claims_checked", "claims_hold"])
        }
    }

    /// What somebody does to what was loaded, and the claim that must not hold then.
    static let alterations: [(sql: String, subject: String)] = [
        ("UPDATE sales SET sale_prc = coalesce(sale_prc, 0) + 1", "sampled rows in table sales"),
        ("UPDATE sales SET qual_cd = 'ZZ'", "sampled rows in table sales"),
        (
            "DELETE FROM sales WHERE (parcel_id, sale_id_cd) IN (SELECT parcel_id, sale_id_cd FROM sales LIMIT 1)",
            "rows_live"
        ),
        ("UPDATE source_files SET rows = rows + 5", "rows_staged"),
        ("UPDATE quality_runs SET rows = rows - 1", "rows_checked"),
        ("UPDATE staged_files SET invalid_rows = 7", "rows_invalid"),
    ]

    @Test("what was altered in the tables afterwards is refuted, by the claim's name", arguments: alterations.indices)
    func altered(index: Int) async throws {
        try await withAgentStage { stage in
            let report = try await stage.run(AgentStage.pipeline())
            try await stage.postgres.execute(Self.alterations[index].sql)
            let outcome = try await verify(stage, report.operationId)
            #expect(outcome.result["verdict"]?["status"] == "refuted")
            let refuted = try claims(outcome, "refuted").compactMap { $0["subject"]?.string }
            #expect(refuted.contains(Self.alterations[index].subject), "\(refuted)")
            #expect(outcome.confidence < 1)
            let text = try outcome.result.encoded
            #expect(!text.contains("ZZ"), "values stay in the database")
        }
    }

    @Test("a file that was changed is refuted, one that is gone could not be checked")
    func files() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run(AgentStage.pipeline())
            let path = try #require(report.result.results[0].result?["file"]?["path"]?.string)
            try Data("not the file".utf8).write(to: URL(fileURLWithPath: path))
            let changed = try await verify(stage, report.operationId)
            #expect(try claims(changed, "refuted").contains { $0["subject"]?.string?.hasSuffix("sha256") == true })
            try FileManager.default.removeItem(atPath: path)
            let gone = try await verify(stage, report.operationId)
            #expect(gone.result["verdict"]?["status"] == "verified", "the tables still hold")
            let unchecked = try claims(gone, "unchecked")
            #expect(unchecked.contains { $0["how"]?.string?.contains("not on this machine") == true })
        }
    }

    @Test("rows that a later load has replaced could not be checked")
    func replaced() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run(AgentStage.pipeline())
            try await stage.postgres.execute(
                """
                INSERT INTO source_files (dataset, co_no, roll, year, submission, file_name, sha256, bytes, rows,
                    invalid_rows, status, loaded_at)
                SELECT dataset, co_no, roll, year, 2, 'SDF16P202502.zip', repeat('0', 64), 1, 1, 0, 'loaded',
                    now() + interval '1 hour' FROM source_files
                """
            )
            let outcome = try await verify(stage, report.operationId)
            let live = try claims(outcome, "unchecked").first { $0["subject"] == "rows_live" }
            #expect(live?["how"]?.string?.contains("later file") == true)
        }
    }

    @Test("a batch of matches that a person has approved is counted as it was before the review")
    func reviewed() async throws {
        try await withAgentStage { stage in
            try await stage.postgres.execute(
                """
                INSERT INTO entity_match_runs (run_id, action, left_kind, right_kind, left_records, right_records, accepted,
                    in_review, report)
                VALUES ('run', 'deduplicate', 'k', 'k', 9, 9, 1, 2, '{}')
                """
            )
            // What linking leaves of one sure pair and two in doubt once a person has approved the batch.
            try await stage.postgres.execute(
                """
                INSERT INTO entity_matches (left_kind, left_key, right_kind, right_key, score, probability, method,
                    evidence, decided, run_id, is_by_person)
                VALUES ('k', 'a', 'k', 'b', 9, 0.99, 'm', '[]', 'accepted', 'run', false),
                    ('k', 'c', 'k', 'd', 2, 0.6, 'm', '[]', 'accepted', 'run', true),
                    ('k', 'e', 'k', 'f', 2, 0.6, 'm', '[]', 'accepted', 'run', true)
                """
            )
            try await stage.postgres.execute(
                """
                INSERT INTO entity_merges (kind, survivor_key, merged_key, probability, rule, evidence, run_id)
                VALUES ('k', 'a', 'b', 0.99, 'lowest key', '[]', 'run'),
                    ('k', 'c', 'd', 0.6, 'a person''s decision, then lowest key', '[]', 'run'),
                    ('k', 'e', 'f', 0.6, 'a person''s decision, then lowest key', '[]', 'run')
                """
            )
            let step = FinishedStep(
                name: "E1",
                worker: "entity_matching",
                action: "deduplicate",
                job: "run",
                result: [
                    "run_id": "run", "merged": 1, "matching": ["run_id": "run", "accepted": 1, "in_review": 2],
                ]
            )
            let claims = try await TableChecker(postgres: stage.postgres).claims(of: step)
            #expect(claims.count == 3)
            #expect(claims.allSatisfy { $0.verdict == .verified }, "\(claims)")
        }
    }

    @Test("an operation without anything to count is inconclusive, with the reason")
    func nothing() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run([Self.play])
            let outcome = try await verify(stage, report.operationId)
            #expect(outcome.result["verdict"]?["status"] == "inconclusive")
            #expect(outcome.result["verdict"]?["confidence"] == nil)
            #expect(try claims(outcome, "unchecked").count == 1)
            let failed = try await stage.run([
                ["id": "a", "worker": "stage", "action": "play", "parameters": ["fail": true]]
            ])
            let empty = try await verify(stage, failed.operationId)
            #expect(empty.result["verdict"]?["reason"] == "no step has completed")
        }
    }

    @Test("refuses what is no operation, and says what is wrong")
    func badInput() async throws {
        try await withAgentStage { stage in
            let missing = try await stage.failure("verification", "verify", [:])
            #expect(missing.code == "invalid_parameters" && missing.field == "operation_id")
            let odd = try await stage.failure("verification", "verify", ["operation_id": "job-1"])
            #expect(odd.code == "invalid_parameters" && odd.message.contains("op-"))
            let unknown = try await stage.failure(
                "verification",
                "verify",
                ["operation_id": "op-20250101-000000-00000000"]
            )
            #expect(unknown.code == "unknown_operation")
            let status = try await stage.failure("verification", "history", ["status": "fine"])
            #expect(status.field == "status")
        }
    }

    @Test("the same job has one verdict on record, another job another")
    func repeated() async throws {
        try await withAgentStage { stage in
            let empty = try await stage.act("verification", "history", [:])
            #expect(empty.result["verifications"] == [])
            let report = try await stage.run(AgentStage.pipeline())
            let first = try await verify(stage, report.operationId, job: "once")
            let again = try await verify(stage, report.operationId, job: "once")
            #expect(first.result["verdict"] == again.result["verdict"])
            #expect(first.result["claims"] == again.result["claims"], "the sample is drawn alike")
            _ = try await verify(stage, report.operationId)
            let list = try await stage.act(
                "verification",
                "history",
                ["operation_id": .string(report.operationId)]
            )
            guard case .array(let verdicts)? = list.result["verifications"] else { throw MissingFailure() }
            #expect(verdicts.count == 2)
            #expect(verdicts[0]["claims"]?[0]?["step"] == "E1")
            let page = try await stage.act("verification", "history", ["limit": 1])
            #expect(page.result["next_cursor"]?.int != nil)
        }
    }

    @Test("stops when its job is cancelled, and keeps no verdict")
    func cancelled() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run(AgentStage.pipeline())
            let task = Task { try await verify(stage, report.operationId, job: "stopped") }
            task.cancel()
            await #expect(throws: (any Error).self) { try await task.value }
            let rows = try await stage.postgres.query("SELECT FROM verifications WHERE job_key = 'stopped'")
            #expect(rows.isEmpty)
        }
    }

    @Test("the raw reader counts lines and records as they are, whatever the quotes and line ends")
    func rawTable() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "raw-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/t.csv"
        try Data("A,B\r\n1,\"x, \"\"y\"\"\r\nz\"\r\n2,plain \"q\"\n\n3,".utf8).write(to: URL(fileURLWithPath: path))
        let table = try await RawTable(path: path, sampleSize: 10, seed: 1)
        #expect(table.header == ["a", "b"])
        #expect(table.records == 3 && table.lines == 6)
        let texts = table.sample.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
        #expect(texts == [["1", "x, \"y\"\r\nz"], ["2", "plain \"q\""], ["3", ""]])
        #expect(table.sample[0].firstLine == 2 && table.sample[0].lastLine == 3)
    }
}
