import Foundation
import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Entity matching", .postgresServer, .timeLimit(.minutes(10)))
struct EntityMatchingTests {
    @Test("files are matched without a database, with evidence that names no value")
    func files() async throws {
        try await TestWorkers.run { workers in
            let files = try MatchingFixture.write(to: workers.folder, count: 120, shared: 80)
            let outcome = try await workers.run(
                "entity_matching",
                "match_entities",
                ["dataset_a": .string(files.owners), "dataset_b": .string(files.companies)]
            )
            let accepted = try #require(outcome.result["accepted"]?.int)
            #expect((78...81).contains(accepted))
            #expect(outcome.result["run_id"] == nil || outcome.result["run_id"] == .null)
            #expect(outcome.confidence > 0.8)
            #expect(outcome.parts.map(\.name) == ["records_present", "expected_precision", "pairs_decided"])
            let text = try outcome.result.encoded.lowercased()
            #expect(!text.contains("flagler") && !text.contains("roofing"))
        }
    }

    @Test("owners are matched with companies, linked to what they own, and a second run changes nothing")
    func tables() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 100)
            for _ in 0..<2 {
                let outcome = try await workers.run(
                    "entity_matching",
                    "match_entities",
                    ["county": "BROWARD"],
                    job: "op-1:E2"
                )
                #expect(outcome.result["run_id"] == "op-1:E2")
                #expect((outcome.result["accepted"]?.int ?? 0) >= 98, "\(outcome.result)")
                let stored = try await client.number("SELECT count(*) FROM entity_matches WHERE decided = 'accepted'")
                #expect(stored == outcome.result["accepted"]?.int)
            }
            #expect(try await client.number("SELECT count(*) FROM entity_match_runs") == 1)
            for _ in 0..<2 {
                let outcome = try await workers.run(
                    "entity_matching",
                    "link_properties_to_entities",
                    ["matches": "op-1:E2", "county": nil],
                    job: "op-1:E4"
                )
                #expect((outcome.result["properties"]?.int ?? 0) >= 98)
                #expect(outcome.confidence > 0.9)
            }
            let right = try await client.number(
                "SELECT count(*) FROM property_entity_links WHERE substr(parcel_id, 2) = substr(doc_number, 2) AND rank = 1"
            )
            #expect(right >= 98)
        }
    }

    @Test("duplicates are logged as merged, no row is lost, and the merges can be taken back once")
    func merges() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 100)
            try await MatchingFixture.giveTaxNumbers(client)
            try await client.execute(
                """
                INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, princ_addr1, princ_city, princ_zip,
                    fei, row_hash, as_of, is_sample)
                SELECT 'D' || substr(doc_number, 2), replace(name, ', L.L.C.', ' LLC'), name_norm, status,
                    replace(princ_addr1, 'Street', 'St'), princ_city, princ_zip, fei, 0, as_of, true
                FROM sunbiz_entities WHERE substr(doc_number, 2)::integer < 40
                """
            )
            for _ in 0..<2 {
                let outcome = try await workers.run("entity_matching", "deduplicate", [:], job: "op-2:E3")
                #expect((38...41).contains(outcome.result["merged"]?.int ?? 0), "\(outcome.result)")
            }
            #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 140)
            let active = try await client.number("SELECT count(*) FROM entity_merges WHERE undone_at IS NULL")
            #expect((38...41).contains(active))
            // The original has a filing type more than its copy, so that it stays.
            #expect(try await client.number("SELECT count(*) FROM entity_merges WHERE survivor_key LIKE 'D%'") == 0)
            let undone = try await workers.run("entity_matching", "deduplicate", ["undo": "op-2:E3"])
            #expect(undone.result["undone"]?.int == active)
            #expect(try await client.number("SELECT count(*) FROM entity_merges WHERE undone_at IS NULL") == 0)
            let again = try await workers.run("entity_matching", "deduplicate", ["undo": "op-2:E3"])
            #expect(again.result["undone"] == 0)
        }
    }

    @Test("a person's verdict on a pair counts, whatever its probability")
    func decisions() async throws {
        try await TestWorkers.run { workers in
            let files = try MatchingFixture.write(to: workers.folder, count: 100, shared: 60)
            let parameters: JSONValue = [
                "dataset_a": .string(files.owners), "dataset_b": .string(files.companies),
                "decisions": ["o0|c0": false],
            ]
            let plain = try await workers.run(
                "entity_matching",
                "match_entities",
                ["dataset_a": .string(files.owners), "dataset_b": .string(files.companies)]
            )
            let decided = try await workers.run("entity_matching", "match_entities", parameters)
            #expect(decided.result["accepted"]?.int == (plain.result["accepted"]?.int ?? 0) - 1)
        }
    }

    @Test("no records are no confidence")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 0)
            let outcome = try await workers.run("entity_matching", "match_entities", [:])
            #expect(outcome.confidence == 0)
            #expect(outcome.result["accepted"] == 0)
        }
    }

    @Test(
        "wrong parameters are refused by name",
        arguments: [
            ("match_entities", ["dataset_a": "no_such_table"], "dataset_a"),
            (
                "match_entities", ["dataset_a": ["table": "tangible", "columns": ["x\"; --": "text"]]],
                "dataset_a.columns"
            ),
            ("match_entities", ["county": "ATLANTIS"], "county"),
            ("match_entities", ["accept_from": 0.2], "accept_from"),
            ("match_entities", ["accept_from": 0.6, "review_from": 0.8], "review_from"),
            ("match_entities", ["dataset_a": "/no/such/file.csv"], "dataset_a.file"),
            ("deduplicate", ["dataset": "/etc/passwd"], "dataset.file"),
            ("deduplicate", ["undo": "nothing"], "undo"),
            ("deduplicate", ["decisions": ["one|two": false]], "decisions"),
            ("match_entities", ["decisions": ["nothing": true]], "decisions"),
            ("deduplicate", ["confidence_threshold": 2], "confidence_threshold"),
            ("link_properties_to_entities", ["matches": "nothing"], "matches"),
        ] as [(String, JSONValue, String)]
    )
    func refused(action: String, parameters: JSONValue, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("entity_matching", action, parameters)
            #expect(failure.field == field, "\(failure)")
            #expect(!failure.isRetryable)
        }
    }

    @Test("a cancelled match stops and leaves nothing behind")
    func cancelled() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let files = try MatchingFixture.write(to: workers.folder, count: 3_000, shared: 2_000)
            let (started, starts) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await workers.run(
                    "entity_matching",
                    "match_entities",
                    ["dataset_a": .string(files.owners), "dataset_b": .string(files.companies)],
                    progress: { if $0.unit.contains("learning") { starts.yield() } }
                )
            }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: (any Error).self) { _ = try await task.value }
            #expect(try await client.number("SELECT count(*) FROM entity_match_runs") == 0)
        }
    }
}
