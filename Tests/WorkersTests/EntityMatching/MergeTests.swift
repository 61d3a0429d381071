import JobQueue
import PostgresClient
import RecordLinkage
import TestSupport
import Testing

@testable import Workers

@Suite("Merges", .postgresServer, .timeLimit(.minutes(5)))
struct MergeTests {
    private static func merge(_ merged: String, _ survivor: String) -> Merge {
        Merge(survivor: survivor, merged: merged, probability: 1, rule: "test", evidence: [])
    }

    /// Which record stands for each merged one, as `merged survivor`.
    private static func survivors(_ client: PostgresClient) async throws -> [String] {
        try await client.query("SELECT merged_key || ' ' || survivor_key FROM entity_survivors ORDER BY 1")
            .map { try $0.decode(0) }
    }

    /// A run with pairs of its own: their keys, what was decided, and whether by a person.
    private static func store(_ pairs: [(String, String, String, Bool)], _ client: PostgresClient) async throws {
        try await client.execute(
            """
            INSERT INTO entity_match_runs (run_id, action, left_kind, right_kind, left_records, right_records, accepted,
                in_review, report)
            VALUES ('run', 'deduplicate', 'k', 'k', 9, 0, 0, 0, '{}')
            """
        )
        for (left, right, decided, isByPerson) in pairs {
            try await client.execute(
                """
                INSERT INTO entity_matches (left_kind, left_key, right_kind, right_key, score, probability, method,
                    evidence, decided, is_by_person, run_id)
                VALUES ('k', $1, 'k', $2, 1, 0.99, 'test', '[]', $3, $4, 'run')
                """,
                [.text(left), .text(right), .text(decided), .bool(isByPerson)]
            )
        }
    }

    @Test("of a later run stand for their own pairs once an earlier run is undone")
    func undoBelow() async throws {
        try await TestWorkers.runWithDatabase { _, client in
            let store = MatchStore(client: client)
            for (run, pairs) in [("one", [("L2", "L1")]), ("two", [("L9", "L2"), ("L1", "L0")])] {
                let logged = try await client.withTransaction { connection in
                    try await store.merge(pairs.map(Self.merge), kind: "k", runID: run, on: connection)
                }
                #expect(logged == pairs.count)
            }
            #expect(try await Self.survivors(client) == ["L1 L0", "L2 L0", "L9 L0"])
            #expect(try await store.undo(runID: "one", by: "ada") == 1)
            #expect(try await Self.survivors(client) == ["L1 L0", "L9 L2"])
            #expect(try await store.undo(runID: "two", by: "ada") == 2)
            #expect(try await Self.survivors(client).isEmpty)
        }
    }

    @Test("that a person has accepted do not join, by way of others, what he has rejected")
    func rejected() async throws {
        try await TestWorkers.runWithDatabase { _, client in
            try await Self.store(
                [("a", "b", "rejected", true), ("a", "c", "accepted", true), ("b", "c", "accepted", true)],
                client
            )
            let merged = try await client.withTransaction { connection in
                try await MatchStore(client: client).mergeDecided(runID: "run", on: connection)
            }
            #expect(merged == 1)
            #expect(try await Self.survivors(client) == ["c a"])
        }
    }

    @Test("that a run has logged are taken apart where a person rejects a pair that they join")
    func takenApart() async throws {
        try await TestWorkers.runWithDatabase { _, client in
            let store = MatchStore(client: client)
            try await Self.store(
                [("a", "b", "review", false), ("a", "c", "accepted", false), ("b", "c", "accepted", false)],
                client
            )
            let verdict = ReviewedBatch.Verdict.pairs([.init(left: "a", right: "b", isAccepted: false)])
            let merges = [("a", "c"), ("b", "c")].map(Self.merge)
            for expected in [["a c", "b c"], ["a c"], ["a c"]] {
                try await client.withTransaction { connection in
                    if expected.count == 2 {
                        #expect(try await store.merge(merges, kind: "k", runID: "run", on: connection) == 2)
                    } else {
                        _ = try await store.apply(verdict, runID: "run", on: connection)
                        #expect(try await store.mergeDecided(runID: "run", on: connection) == 0)
                    }
                }
                #expect(try await Self.survivors(client) == expected)
            }
        }
    }

    @Test("leave apart what a person has decided is not one", arguments: ["D7|L7", "L7|D7"])
    func decisions(pair: String) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await MatchingFixture.fill(client, count: 100)
            try await MatchingFixture.giveTaxNumbers(client)
            for copy in ["D", "E"] {
                try await client.execute(
                    """
                    INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, princ_addr1, princ_city, princ_zip,
                        fei, row_hash, as_of, is_sample)
                    SELECT $1 || substr(doc_number, 2), name, name_norm, status, princ_addr1, princ_city, princ_zip, fei, 0,
                        as_of, true
                    FROM sunbiz_entities WHERE doc_number LIKE 'L%' AND substr(doc_number, 2)::integer < 40
                    """,
                    [.text(copy)]
                )
            }
            let plain = try await workers.run("entity_matching", "deduplicate", [:], job: "run")
            let joined = try await Self.survivors(client)
            #expect(joined.contains("D7 L7") && joined.contains("E7 L7"))
            let decided = try await workers.run(
                "entity_matching",
                "deduplicate",
                ["decisions": .object([pair: false])],
                job: "run"
            )
            let apart = try await Self.survivors(client).filter { $0.contains("7 ") && $0.hasSuffix("7") }
                .filter { ["D7", "E7", "L7"].contains(String($0.prefix(2))) && $0.count == 5 }
            #expect(apart.count == 1 && apart != ["D7 L7"] && apart != ["L7 D7"], "\(apart)")
            let (before, after) = (plain.result["matching"], decided.result["matching"])
            #expect(after?["accepted"]?.int == (before?["accepted"]?.int ?? 0) - 2)
            #expect(after?["in_review"]?.int == (before?["in_review"]?.int ?? 0) + 1)
            let contradiction: JSONValue = ["decisions": ["D7|L7": false, "D7|E7": true, "E7|L7": true]]
            let refused = try await workers.failure("entity_matching", "deduplicate", contradiction)
            #expect(refused.code == "invalid_parameters" && refused.field == "decisions")
        }
    }
}
