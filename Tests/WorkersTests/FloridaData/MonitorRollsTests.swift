import Foundation
import JobQueue
import PostgresClient
@testable import PropertyData
import TestSupport
import Testing
import Workers

@Suite("florida_data.monitor and fill_gaps", .postgresServer, .timeLimit(.minutes(10)))
struct MonitorRollsTests {
    private static let range: JSONValue = ["from": "2025-06-01", "to": "2025-07-31"]

    private func at(_ day: String) throws -> @Sendable (inout WorkerEnvironment) -> Void {
        let date = try #require(CalendarDate(iso: day))
        let now = Date(timeIntervalSince1970: Double(date.daysSince1970) * 86_400)
        return { $0.now = { now } }
    }

    @Test("an empty database has nothing to judge by, and all gaps")
    func empty() async throws {
        try await TestWorkers.runWithDatabase(configure: try at("2025-08-01")) { workers, _ in
            for check in ["health", "quality", "performance"] {
                let outcome = try await workers.run("florida_data", "monitor", ["check_type": .string(check)])
                #expect(outcome.result["status"] == "no_data" && outcome.confidence == 0)
            }
            let gaps = try await workers.run("florida_data", "monitor", ["check_type": "gaps", "days": 60])
            #expect(gaps.result["rolls_expected"] == 201 && gaps.result["rolls_missing"] == 201)
            #expect(gaps.result["missing"]?.elements?.count == 200 && gaps.confidence == 1)
        }
    }

    @Test("gaps are filled, and the next look finds none")
    func filling() async throws {
        try await TestWorkers.runWithDatabase(configure: try at("2025-08-01")) { workers, client in
            let reports = Reports()
            let parameters: JSONValue = [
                "date_range": Self.range, "counties": ["BAKER", "DOR:16"], "maximum_files": 4,
            ]
            let first = try await workers.run("florida_data", "fill_gaps", parameters) { reports.add($0) }
            #expect(first.result["gaps_found"] == 6 && first.result["gaps_filled"] == 4)
            #expect(first.result["gaps_remaining"] == 2 && first.result["untried"]?.elements?.count == 2)
            #expect(first.result["is_sample"] == true)
            #expect(reports.all.contains { $0.unit == "files" && $0.done == 4 && $0.total == 4 })
            let second = try await workers.run("florida_data", "fill_gaps", parameters)
            #expect(second.result["gaps_filled"] == 2 && second.confidence == 1)
            let third = try await workers.run("florida_data", "fill_gaps", parameters)
            #expect(third.result["gaps_found"] == 0 && third.confidence == 1)
            #expect(try await client.number("SELECT count(*) FROM source_files") == 6)
            let gaps = try await workers.run(
                "florida_data",
                "monitor",
                ["check_type": "gaps", "days": 60, "counties": ["02", "BROWARD"]]
            )
            #expect(gaps.result["rolls_missing"] == 0 && gaps.result["status"] == "ok")
            let health = try await workers.run("florida_data", "monitor", ["counties": ["02", "BROWARD"]])
            #expect(health.result["rolls_loaded"] == 6 && health.confidence == 1)
            let speed = try await workers.run("florida_data", "monitor", ["check_type": "performance", "days": 3660])
            #expect(speed.result["performance"]?["waiting"] == 0)
        }
    }

    @Test("a roll that cannot be had stays a gap with its reason, and the others are filled")
    func unavailable() async throws {
        try await TestWorkers.runWithDatabase(configure: try at("2025-08-01")) { workers, _ in
            let folder = "\(workers.folder)/rolls"
            try SampleSource.write(try RollFiles.broward(.sdf), into: folder)
            let outcome = try await workers.run(
                "florida_data",
                "fill_gaps",
                ["date_range": Self.range, "counties": ["BROWARD"], "source": .string("file:\(folder)")]
            )
            #expect(outcome.result["gaps_filled"] == 1 && outcome.result["gaps_remaining"] == 2)
            #expect(outcome.result["failed"]?.elements?.map { $0["code"] } == ["file_not_found", "file_not_found"])
            #expect(outcome.parts.first?.value == 1.0 / 3)
        }
    }

    @Test("a merge that fails names its own reason, whether what it staged could be discarded or not")
    func discarding() async throws {
        try await TestWorkers.runWithDatabase(configure: try at("2025-08-01")) { workers, client in
            try await client.withConnection { connection in
                try await connection.execute(
                    script: """
                        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = TG_ARGV[0]; END $$;
                        CREATE TRIGGER refuse BEFORE INSERT ON source_files FOR EACH ROW EXECUTE FUNCTION refuse('ZZ001');
                        CREATE TRIGGER refuse BEFORE DELETE ON staged_files FOR EACH ROW EXECUTE FUNCTION refuse('ZZ002');
                        """
                )
            }
            let outcome = try await workers.run(
                "florida_data",
                "fill_gaps",
                ["date_range": Self.range, "counties": ["BROWARD"], "maximum_files": 1]
            )
            let failed = try #require(outcome.result["failed"]?[0])
            #expect(
                failed["code"] == "database_error" && failed["message"]?.string?.contains("ZZ001") == true,
                "\(failed)"
            )
            #expect(try await client.number("SELECT count(*) FROM staged_files") == 1)
        }
    }

    @Test("a roll that shrank against the one before is a finding")
    func shrinking() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            _ = try await workers.pipeline("SDF", source: "sample")
            try await client.execute(
                """
                INSERT INTO source_files (dataset, co_no, roll, year, submission, file_name, sha256, bytes, rows,
                    invalid_rows, status, is_sample)
                SELECT dataset, co_no, 'F', 2024, 1, 'SDF16F202401.zip', repeat('0', 64), 1, 1000, 30, 'loaded', true
                FROM source_files
                """
            )
            let health = try await workers.run("florida_data", "monitor", ["check_type": "health"])
            #expect(health.result["status"] == "warning" && health.result["findings"]?.elements?.count == 1)
            #expect(health.result["loaded"]?[0]?["previous_rows"] == 1_000)
            let quality = try await workers.run("florida_data", "monitor", ["check_type": "quality"])
            #expect(quality.result["findings"]?.elements?.count == 1)
        }
    }

    @Test(
        "what cannot be is refused with its field",
        arguments: [
            ("monitor", ["check_type": "everything"], "invalid_parameters", "check_type"),
            ("monitor", ["counties": ["NOWHERE"]], "unknown_county", "counties[0]"),
            ("monitor", ["datasets": ["NAV"]], "unknown_dataset", "datasets[0]"),
            ("fill_gaps", ["date_range": ["from": "2025-07-31", "to": "2025-06-01"]], "invalid_date", "date_range"),
            ("fill_gaps", ["date_range": ["from": "x", "to": "2025-06-01"]], "invalid_date", "date_range.from"),
            ("fill_gaps", [:], "invalid_parameters", "date_range"),
        ] as [(String, JSONValue, String, String)]
    )
    func refusals(action: String, parameters: JSONValue, code: String, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("florida_data", action, parameters)
            #expect([code, "unknown_check"].contains(failure.code) && failure.field == field)
        }
    }
}
