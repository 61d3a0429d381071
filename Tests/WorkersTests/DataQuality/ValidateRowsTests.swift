import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@testable import PropertyData

@Suite("Validation of rows", .postgresServer, .timeLimit(.minutes(5)))
struct ValidateRowsTests {
    /// A sale that breaks no rule of level standard.
    private static let sale: JSONValue = [
        "CO_NO": 16, "PARCEL_ID": "474131AA0070", "ASMNT_YR": 2025, "DOR_UC": "004", "SALE_ID_CD": "99000123456789",
        "VI_CD": "I", "QUAL_CD": "01", "SALE_YR": 2025, "SALE_MO": "03", "SALE_PRC": 450_000, "RS_ID": "2B6D",
        "MP_ID": "00001234", "STATE_PARCEL_ID": "C16-001-001-1234-5",
    ]

    private static func sale(_ number: Int, _ changes: [String: JSONValue] = [:]) -> JSONValue {
        var members = sale.members ?? [:]
        members["SALE_ID_CD"] = .string("99000\(number)")
        return .object(members.merging(changes) { $1 })
    }

    private static func check(_ rows: [JSONValue], level: String = "standard") -> JSONValue {
        ["data": .array(rows), "dataset": "SDF", "level": .string(level)]
    }

    @Test("staged rows are checked as they are in the database", arguments: ["SDF", "NAP", "NAL"])
    func staged(dataset: String) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let process = try await workers.stage(dataset, source: "sample", level: "strict")
            let parameters: JSONValue = ["staging": try #require(process.result["staging"]), "level": "strict"]
            let outcome = try await workers.run("data_quality", "validate", parameters, job: "op-4:E3")
            #expect(outcome.result["rows_checked"] == process.result["rows_valid"])
            #expect(outcome.result["rows_invalid"] == 0)
            #expect(outcome.result["rows_warned"] == process.result["rows_warned"])
            #expect(outcome.result["run_id"] == "op-4:E3")
            #expect(outcome.result["is_sample"] == true)
            let rules = try await client.number("SELECT count(*) FROM quality_results WHERE checked > 0")
            #expect(outcome.result["rules_checked"]?.int == rules)
            #expect(rules > 20)
            _ = try await workers.run("data_quality", "validate", parameters, job: "op-4:E3")
            #expect(try await client.number("SELECT count(*) FROM quality_runs") == 1)
        }
    }

    @Test("a value that was changed in the staging table is found")
    func tampered() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let process = try await workers.stage("SDF", source: "sample")
            let staging = try #require(process.result["staging"])
            let table: String = try await #require(client.query("SELECT table_name FROM staged_files").first).decode(0)
            try await client.execute("UPDATE \(table) SET vi_cd = 'Q'")
            let outcome = try await workers.run("data_quality", "validate", ["staging": staging])
            #expect(outcome.confidence == 0)
            #expect(outcome.result["rows_invalid"] == process.result["rows_valid"])
            #expect(outcome.result["issues"]?[0]?["rule"] == "SDF.VI_CD.enum")
            #expect(outcome.result["issues"]?[0]?["samples"] == [])
        }
    }

    @Test("rules about fields that staging does not keep are named as skipped, not as passed")
    func skipped() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let process = try await workers.stage("NAP", source: "sample", level: "strict")
            let staging = try #require(process.result["staging"])
            let outcome = try await workers.run("data_quality", "validate", ["staging": staging, "level": "strict"])
            let skipped = try #require(outcome.result["rules_skipped"]?.elements)
            #expect(skipped.contains("NAP.SEQ_NO.sequence"))
            #expect(skipped.contains("NAP.TS_ID.required"))
            #expect(
                try await client.number("SELECT count(*) FROM quality_results WHERE rule_id LIKE 'NAP.SEQ_NO.%'") == 0
            )
        }
    }

    @Test("rows that are in the live table already have to be processed again")
    func merged() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let process = try await workers.stage("SDF", source: "sample")
            _ = try await workers.upload(process)
            let staging = try #require(process.result["staging"])
            let failure = try await workers.failure("data_quality", "validate", ["staging": staging])
            #expect(failure.code == "already_merged")
        }
    }

    @Test("rows in the parameters are checked without a database, and errors name row and field but no value")
    func inline() async throws {
        try await TestWorkers.run { workers in
            let rows = [
                Self.sale(1), Self.sale(2, ["SALE_MO": "13"]), Self.sale(3, ["SALE_PRC": "a lot"]),
                Self.sale(4, ["PARCEL_ID": nil, "NICKNAME": "x"]),
            ]
            let outcome = try await workers.run("data_quality", "validate", Self.check(rows))
            #expect(outcome.result["rows_checked"] == 4)
            #expect(outcome.result["rows_valid"] == 1)
            #expect(outcome.result["run_id"] == nil)
            #expect(outcome.result["unknown_fields"] == ["NICKNAME"])
            let issues = try #require(outcome.result["issues"]?.elements)
            let rules = issues.compactMap { $0["rule"]?.string }
            #expect(Set(rules) == ["SDF.PARCEL_ID.required", "SDF.SALE_MO.enum", "SDF.SALE_PRC.type"])
            let month = try #require(issues.first { $0["rule"] == "SDF.SALE_MO.enum" })
            #expect(month["samples"] == [["line": 2, "field": "SALE_MO"]])
            #expect(!(try outcome.result.encoded.contains("a lot")))
            #expect(abs(outcome.confidence - 0.25) < 1e-9)
        }
    }

    @Test("good rows get full confidence, whatever is normal: a price of 100, letters in the parcel, blank fields")
    func normal() async throws {
        try await TestWorkers.run { workers in
            let rows = (0..<50).map { Self.sale($0, ["SALE_PRC": 100, "QUAL_CD": "11", "SALE_MO": "01"]) }
            let outcome = try await workers.run("data_quality", "validate", Self.check(rows, level: "strict"))
            #expect(outcome.result["issues"] == [])
            #expect(outcome.confidence == 1)
        }
    }

    @Test("a warning weighs a tenth of an error")
    func warnings() async throws {
        try await TestWorkers.run { workers in
            let good = (0..<5).map { Self.sale($0) }
            // A qualified sale for 100 dollars deserves a look.
            let odd = (5..<10).map { Self.sale($0, ["SALE_PRC": 100]) }
            let outcome = try await workers.run("data_quality", "validate", Self.check(good + odd, level: "strict"))
            #expect(outcome.result["rows_warned"] == 5)
            #expect(abs(outcome.confidence - 0.95) < 1e-9)
            #expect(abs((outcome.result["weighted_pass_rate"]?.double ?? 0) - 0.95) < 1e-9)
            let bad = (5..<10).map { Self.sale($0, ["VI_CD": "Q"]) }
            let failed = try await workers.run("data_quality", "validate", Self.check(good + bad))
            #expect(abs(failed.confidence - 0.5) < 1e-9)
        }
    }

    @Test("a row that is there twice fails the rule about the key")
    func duplicate() async throws {
        try await TestWorkers.run { workers in
            let outcome = try await workers.run("data_quality", "validate", Self.check([Self.sale(1), Self.sale(1)]))
            #expect(outcome.result["rows_invalid"] == 1)
            #expect(outcome.result["issues"]?[0]?["rule"] == "SDF.key.unique")
        }
    }

    @Test("hostile values stay values", arguments: ["a\"b", "a,b", "a\nb", "=1+1", "'; DROP TABLE sales; --", "\u{0}"])
    func hostile(value: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let rows = [Self.sale(1, ["MKT_AR": .string(value)]), Self.sale(2)]
            let outcome = try await workers.run("data_quality", "validate", Self.check(rows))
            #expect(outcome.result["rows_checked"] == 2)
        }
    }

    @Test(
        "parameters that say nothing to check are refused by name",
        arguments: [
            ([:], "staging"), (["data": [["CO_NO": 16]]], "dataset"), (["data": [], "dataset": "SDF"], "data"),
            (["data": [["CO_NO": 16]], "dataset": "NAV"], "dataset"),
            (["data": [["CO_NO": [1]]], "dataset": "SDF"], "data[0].CO_NO"),
            (["data": [["CO_NO": 16]], "dataset": "SDF", "level": "harsh"], "level"),
        ] as [(JSONValue, String)]
    )
    func wrongParameters(parameters: JSONValue, field: String) async throws {
        try await TestWorkers.run { workers in
            let failure = try await workers.failure("data_quality", "validate", parameters)
            #expect(failure.field == field)
            #expect(!failure.isRetryable)
        }
    }
}
