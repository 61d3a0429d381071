import Foundation
import JobQueue
@testable import PropertyData
import TestSupport
import Testing
@testable import Workers

@Suite("The actions of data_quality", .postgresServer, .timeLimit(.minutes(10)))
struct QualityActionsTests {
    private let rows: JSONValue = [
        ["CO_NO": 16, "PARCEL_ID": "474131AA0070", "ASMNT_YR": 2025, "SALE_ID_CD": "1", "SALE_PRC": 100, "X": "y"],
        ["CO_NO": 16, "PARCEL_ID": "474131AA0080", "ASMNT_YR": 2025, "SALE_ID_CD": "2", "SALE_PRC": 200],
    ]

    @Test("inline rows are loaded into staging, and validate takes them")
    func inlineRows() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let parameters: JSONValue = ["dataset": "SDF", "data": rows]
            let loaded = try await workers.run("data_quality", "load_data", parameters, job: "load-1")
            #expect(loaded.result["rows_read"] == 2 && loaded.result["rows_staged"] == 2)
            #expect(loaded.result["is_partial"] == true && loaded.result["unknown_columns"] == ["X"])
            #expect(loaded.confidence == 1)
            let again = try await workers.run("data_quality", "load_data", parameters, job: "load-1")
            #expect(again.result == loaded.result)
            #expect(try await client.number("SELECT count(*) FROM staged_files") == 1)
            let staging = try #require(loaded.result["staging"])
            let checked = try await workers.run("data_quality", "validate", ["staging": staging])
            #expect(checked.result["rows_checked"] == 2 && checked.result["rows_invalid"] == 2)
            let failure = try await workers.failure("florida_data", "upload", ["staging": staging])
            #expect(failure.code == "partial_roll")
        }
    }

    @Test("a CSV is loaded with filters and exact counts, and through a stored mapping")
    func file() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            var lines = try RollFiles.sampleLines(.sdf)
            lines[0] = lines[0].replacing("SALE_PRC", with: "Sale Price").replacing("QUAL_CD", with: "qualification")
            let path = "\(workers.folder)/any name.csv"
            try Data(lines.joined(separator: "\r\n").utf8).write(to: URL(filePath: path))
            let mapping = try await workers.run(
                "data_quality",
                "create_mapping",
                ["name": "own", "dataset": "SDF", "path": .string(path)]
            )
            #expect(mapping.result["version"] == 1 && mapping.result["unmapped_required"] == [])
            let pairs = mapping.result["pairs"]?.elements ?? []
            #expect(pairs.contains { $0["source"] == "Sale Price" && $0["target"] == "SALE_PRC" })
            #expect(mapping.confidence > 0.9 && mapping.confidence < 1)
            let cells = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let wanted = cells.count { ["\"01\"", "\"02\""].contains($0[15]) && $0[18] != "0" }
            #expect(wanted > 0 && wanted < 61)
            let loaded = try await workers.run(
                "data_quality",
                "load_data",
                [
                    "dataset": "SDF", "path": .string(path), "mapping": ["name": "own", "version": 1],
                    "filters": ["QUAL_CD": ["01", "02"], "SALE_PRC": ["minimum": 1]],
                ]
            )
            #expect(loaded.result["rows_read"] == 61 && loaded.result["rows_staged"] == .integer(wanted))
            #expect(loaded.result["rows_filtered"] == .integer(61 - wanted) && loaded.result["is_partial"] == true)
            let whole = try await workers.run(
                "data_quality",
                "load_data",
                ["dataset": "SDF", "path": .string(path), "mapping": ["name": "own"]]
            )
            #expect(whole.result["is_partial"] == false && whole.result["rows_staged"] == 61)
            let same = try await workers.run(
                "data_quality",
                "create_mapping",
                ["name": "own", "dataset": "SDF", "path": .string(path)]
            )
            #expect(same.result["version"] == 1)
        }
    }

    @Test(
        "load_data refuses what it cannot load, and names it",
        arguments: [
            (["dataset": "SDF"], "invalid_parameters", "data"),
            (["dataset": "SDF", "data": []], "empty_data", "data"),
            (["dataset": "NAV", "data": [["CO_NO": 16]]], "unknown_dataset", "dataset"),
            (["dataset": "SDF", "data": [["CO_NO": 16]], "filters": ["PRICE": 1]], "unknown_filter", "filters.PRICE"),
            (
                ["dataset": "SDF", "data": [["CO_NO": 16]], "filters": ["CO_NO": true]], "invalid_parameters",
                "filters.CO_NO"
            ),
            (["dataset": "SDF", "data": [["nothing": 16]]], "wrong_header", "data"),
            (["dataset": "SDF", "data": [["SALE_PRC": 16]]], "unknown_roll", "county"),
            (["dataset": "SDF", "path": "/etc/passwd"], "path_not_allowed", "path"),
            (["dataset": "SDF", "table": "parcels"], "unknown_table", "table"),
            (["dataset": "SDF", "table": "sales"], "invalid_parameters", "county"),
            (["dataset": "SDF", "data": [["CO_NO": 16]], "mapping": ["name": "none"]], "unknown_mapping", "mapping"),
        ] as [(JSONValue, String, String)]
    )
    func loadRefusals(parameters: JSONValue, code: String, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("data_quality", "load_data", parameters)
            #expect(failure.code == code && failure.field == field)
        }
    }

    @Test("a live table is staged again as it is")
    func table() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            _ = try await workers.pipeline("NAP", source: "sample")
            let loaded = try await workers.run(
                "data_quality",
                "load_data",
                ["dataset": "NAP", "table": "tangible", "county": "BROWARD", "year": 2025]
            )
            #expect(loaded.result["rows_staged"] == 80 && loaded.result["is_sample"] == true)
            let merged = try await workers.upload(loaded)
            #expect(merged.result["unchanged"] == 80 && merged.result["deleted"] == 0)
        }
    }

    @Test("fields are discovered from values: types, nulls, widths, forms, and against the layout")
    func discovery() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            _ = try await workers.pipeline("SDF", source: "sample")
            let table = try await workers.run("data_quality", "discover_fields", ["table": "sales", "dataset": "SDF"])
            #expect(table.result["rows_total"] == 61 && table.result["rows_sampled"] == 61)
            let fields = table.result["fields"]?.elements ?? []
            let price = try #require(fields.first { $0["name"] == "sale_prc" })
            #expect(price["type"] == "integer" && price["layout_field"] == "SALE_PRC" && price["null_rate"] == 0)
            let code = try #require(fields.first { $0["name"] == "qual_cd" })
            #expect(code["type"] == "code" && code["values"]?.elements?.isEmpty == false)
            #expect(table.result["missing_fields"] == ["RS_ID"])
            let some = try await workers.run("data_quality", "discover_fields", ["table": "sales", "sample_rows": 10])
            #expect(some.parts.first?.value == 10.0 / 61)
            let rows: JSONValue = [["name": "SMITH,JOHN Q", "zip": "01030"], ["name": "DOE,ANN", "zip": ""]]
            let inline = try await workers.run("data_quality", "discover_fields", ["data": rows])
            #expect(inline.result["fields"]?[0]?["shapes"]?[0]?.string?.contains("A") == true)
            #expect(try !inline.result.encoded.contains("SMITH"))
            #expect(inline.result["fields"]?[1]?["type"] == "code" && inline.result["fields"]?[1]?["null_rate"] == 0.5)
            let failure = try await workers.failure("data_quality", "discover_fields", ["table": "pg_shadow"])
            #expect(failure.code == "invalid_parameters" && failure.field == "table")
        }
    }

    @Test("a rule set is stored in versions, and the version that is named is the one that is checked")
    func rules() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let store = RuleSetStore(client: client)
            var set = RuleSet(
                name: "prices",
                dataset: .sdf,
                rules: [StoredRule(id: "price", kind: .range, field: "SALE_PRC", minimum: 150)]
            )
            #expect(try await store.save(set, by: "ada") == 1)
            #expect(try await store.save(set, by: "bob") == 1)
            set.rules[0].minimum = 250
            #expect(try await store.save(set, by: "ada") == 2)
            for (rules, failed) in [(["name": "prices", "version": 1], 1), (["name": "prices"], 2)]
                as [(JSONValue, Int)]
            {
                let parameters: JSONValue = ["data": rows, "dataset": "SDF", "level": "permissive", "rules": rules]
                let outcome = try await workers.run("data_quality", "validate", parameters)
                let issue = outcome.result["issues"]?.elements?.first { $0["rule"] == "prices.price" }
                #expect(issue?["failed"] == .integer(failed))
                #expect(outcome.result["rule_version"] == .integer(failed))
            }
            let unknown = try await workers.failure(
                "data_quality",
                "validate",
                ["data": rows, "dataset": "SDF", "rules": ["name": "prices", "version": 9]]
            )
            #expect(unknown.code == "unknown_rules" && unknown.field == "rules")
            let wrong = try await workers.failure(
                "data_quality",
                "validate",
                ["data": rows, "dataset": "NAP", "rules": ["name": "prices"]]
            )
            #expect(wrong.code == "wrong_rules")
            set.rules[0].field = "PRICE"
            let invalid = set
            let failure = try await jobFailure { _ = try await store.save(invalid, by: "ada") }
            #expect(failure.code == "invalid_rule" && failure.field == "rules[0].field")
        }
    }

    @Test("sync_live merges what waits, once, and moves the watermark; a replaced file is passed over")
    func syncLive() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let empty = try await workers.run("data_quality", "sync_live", [:])
            #expect(empty.confidence == 1 && empty.result["tables"]?[0]?["watermark"] == nil)
            _ = try await workers.stage("SDF", source: "sample", job: "old")
            _ = try await workers.stage("SDF", source: "sample", job: "new")
            _ = try await workers.stage("NAP", source: "sample", job: "nap")
            let first = try await workers.run("data_quality", "sync_live", ["tables": ["sales"]])
            let sales = try #require(first.result["tables"]?[0])
            #expect(sales["rolls"] == 1 && sales["inserted"] == 61 && sales["passed_over"] == 1)
            #expect(sales["watermark"]?.string != nil)
            #expect(try await client.number("SELECT count(*) FROM tangible") == 0)
            let second = try await workers.run("data_quality", "sync_live", [:])
            #expect(second.result["tables"]?.elements?.map { $0["rolls"] } == [0, 0, 1])
            #expect(try await client.number("SELECT count(*) FROM tangible") == 80)
            let failure = try await workers.failure("data_quality", "sync_live", ["tables": ["rules"]])
            #expect(failure.code == "invalid_parameters" && failure.field == "tables[0]")
        }
    }
}
