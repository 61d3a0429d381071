import Orchestrator
import PostgresClient
import Foundation
import JobModel
import JobQueue
import TestSupport
import Testing

@testable import Agents

@Suite("The explorer", .postgresServer, .timeLimit(.minutes(10)))
struct ExplorerTests {
    private func hits(_ outcome: Outcome<JSONValue>) throws -> [JSONValue] {
        guard case .array(let hits)? = outcome.result["hits"] else { throw MissingFailure() }
        return hits
    }

    private func search(_ stage: AgentStage, _ q: String, _ kinds: [JSONValue] = []) async throws -> Outcome<JSONValue>
    {
        try await stage.act(
            "explorer",
            "search",
            kinds.isEmpty ? ["q": .string(q)] : ["q": .string(q), "kinds": .array(kinds)]
        )
    }

    @Test("finds things of every kind, what is called so first")
    func everything() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run(AgentStage.pipeline())
            try await stage.postgres.execute(
                """
                INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, filing_type, row_hash, as_of, is_sample)
                VALUES ('L25000000001', 'HERON HARBOR LLC', 'HERON HARBOR', 'A', 'FLAL', 1, '2025-01-01', true),
                    ('L25000000002', 'PELICAN POINT LLC', 'PELICAN POINT', 'A', 'FLAL', 2, '2025-01-01', true)
                """
            )
            try await stage.postgres.execute(
                """
                INSERT INTO rules (rule_id, version, kind, body, created_by)
                VALUES ('flamingo_threshold', 1, 'detector_threshold', '{}', 'test')
                """
            )
            let wanted: [(q: String, kind: String, name: String)] = [
                ("sales", "table", "sales"), ("sale price", "field", "SDF.SALE_PRC"),
                ("SDF16P202501", "file", "SDF16P202501.zip"), (report.operationId, "operation", report.operationId),
                ("flamingo", "rule", "flamingo_threshold"),
                ("florida_data.download", "action", "florida_data.download"),
                ("heron harbor", "entity", "L25000000001"),
            ]
            for (q, kind, name) in wanted {
                let first = try hits(try await search(stage, q, [.string(kind)])).first
                #expect(first?["name"]?.string == name, "\(q): \(String(describing: first))")
                #expect(first?["score"]?.double ?? 0 > 0.4)
            }
            let all = try await search(stage, "sales")
            #expect(try hits(all).first?["name"] == "sales", "an exact name comes before what only mentions it")
            #expect(all.parts.map(\.basis) == ["8 of 8 places could be looked into"])
            let scores = try hits(all).compactMap { $0["score"]?.double }
            #expect(scores == scores.sorted(by: >))
        }
    }

    @Test("tells what the source offers, and no longer what is loaded")
    func offers() async throws {
        try await withAgentStage { stage in
            let before = try hits(try await search(stage, "SDF Broward", ["offer"])).compactMap { $0["name"]?.string }
            #expect(before.contains { $0.hasPrefix("SDF16") })
            let folder = "\(stage.environment.workFolder)/source"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in ["SDF16P202501.zip", "NAL16P202501.csv", "notes.txt"] {
                try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            var environment = stage.environment
            environment.floridaSource = "file:\(folder)"
            environment.sunbizSource = "sftp://reader@host/folder"
            let place = SourceOffers(environment: environment)
            #expect(
                try await place.candidates(for: SearchQuery("x")).map(\.name) == [
                    "NAL16P202501.csv", "SDF16P202501.zip",
                ]
            )
            #expect(place.notes.count == 1, "an SFTP server is not listed, and that is said")
            try await stage.postgres.execute(
                """
                INSERT INTO source_files (dataset, co_no, roll, year, submission, file_name, sha256, bytes, rows,
                    invalid_rows, status) VALUES ('SDF', 16, 'P', 2025, 1, 'SDF16P202501.zip', 'x', 1, 1, 0, 'loaded')
                """
            )
            #expect(try await place.candidates(for: SearchQuery("x")).map(\.name) == ["NAL16P202501.csv"])
        }
    }

    @Test("finds nothing where nothing matches, and says what it looked into")
    func empty() async throws {
        try await withAgentStage { stage in
            let outcome = try await search(stage, "xylophonequartz")
            #expect(try hits(outcome).isEmpty && outcome.result["total"] == 0)
            #expect(outcome.result["places"]?[0]?["kind"] != nil)
            let again = try await search(stage, "xylophonequartz")
            #expect(outcome.result == again.result)
        }
    }

    @Test("says which places it could not look into, and is less sure then")
    func withoutDatabase() async throws {
        try await withAgentStage { stage in
            var environment = stage.environment
            environment.postgres = nil
            let run = DirectRun(
                kind: "explorer",
                actions: AgentCatalog.actions(for: "explorer", environment: environment),
                logger: environment.logger
            )
            let outcome = try await run.run("search", parameters: ["q": "sales"], id: JobID(trusted: "x"))
            #expect(outcome.confidence < 1)
            guard case .array(let places)? = outcome.result["places"] else { throw MissingFailure() }
            #expect(places.contains { $0["kind"] == "entity" && $0["reason"]?.string?.contains("no database") == true })
        }
    }

    @Test(
        "refuses what it cannot look for",
        arguments: [
            ([:], "q"), (["q": ""], "q"), (["q": "…"], "q"), (["q": "a", "kinds": ["gossip"]], "kinds[0]"),
            (["q": "a", "limit": 1000], "limit"),
        ] as [(JSONValue, String)]
    )
    func badInput(parameters: JSONValue, field: String) async throws {
        try await withAgentStage { stage in
            let failure = try await stage.failure("explorer", "search", parameters)
            #expect(failure.code == "invalid_parameters" && failure.field == field, "\(failure)")
        }
    }

    @Test("ranks names over titles over keywords, rare words over common ones")
    func ranking() {
        let candidates = [
            SearchCandidate(kind: .table, name: "alpha", title: "x"),
            SearchCandidate(kind: .table, name: "beta", title: "alpha"),
            SearchCandidate(kind: .table, name: "gamma", title: "x", keywords: "alpha"),
            SearchCandidate(kind: .table, name: "alphabet", title: "x"),
            SearchCandidate(kind: .table, name: "delta", title: "rare"),
        ]
        let names = { (q: String) in
            SearchRanking.order(candidates, by: SearchQuery(q)).map(\.candidate.name)
        }
        #expect(names("alpha") == ["alpha", "beta", "alphabet", "gamma"])
        #expect(names("alpha rare").first == "delta", "what four have says less than what one has")
        #expect(names("nothing") == [])
        #expect(SearchQuery.words(of: "SDF16P2025.zip").contains("2025"))
    }
}
