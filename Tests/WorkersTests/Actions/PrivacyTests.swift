import Foundation
import JobQueue
import Logging
import PostgresClient
@testable import PropertyData
import TestSupport
import Testing
import Workers

/// Nothing of people's data leaves the tables: it is planted where people stand, and looked for where it must not be.
@Suite("People's data", .postgresServer, .redisServer(), .timeLimit(.minutes(10)))
struct PrivacyTests {
    /// Names and addresses that stand nowhere else.
    private static let markers = ["QUILLFEATHER", "ZEBEDIAH", "XANTHIPPE", "MOONBEAM", "99887766"]
    private static let person = "QUILLFEATHER,ZEBEDIAH & XANTHIPPE"
    private static let address = "99887766 MOONBEAM TER"

    private static func leaks(_ text: String) -> [String] {
        let upper = text.uppercased()
        return markers.filter { upper.contains($0) }
    }

    /// The sample's rows with the person in every text field that can hold him.
    private static func roll(_ dataset: Dataset, _ fields: [String: String]) throws -> [String] {
        let lines = try RollFiles.sampleLines(dataset)
        let header = lines[0].split(separator: ",").map(String.init)
        return [lines[0]]
            + lines.dropFirst().map { line in
                var cells = Self.cells(line)
                for (name, value) in fields {
                    if let place = header.firstIndex(of: name) { cells[place] = "\"\(value)\"" }
                }
                return cells.joined(separator: ",")
            }
    }

    /// The cells of a line, quotes kept.
    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted { cells.append("") } else { cells[cells.count - 1].append(character) }
        }
        return cells
    }

    /// A place in which everything is kept that an action says beside its tables.
    private final class Witness {
        let log = CapturedLog()
        var said: [(String, String)] = []

        /// Runs an action; its result counts too unless it is what was asked for.
        func run(
            _ workers: TestWorkers,
            _ worker: QueueName,
            _ action: String,
            _ parameters: JSONValue,
            mayShowRows: Bool = false
        ) async throws -> JSONValue? {
            let place = "\(worker.rawValue).\(action)"
            do {
                let outcome = try await workers.run(worker, action, parameters)
                said.append(("\(place) parts", outcome.parts.map(\.basis).joined(separator: " ")))
                if !mayShowRows { said.append(("\(place) result", try outcome.result.encoded)) }
                return outcome.result
            } catch {
                said.append(("\(place) failure", "\(error) \(String(reflecting: error))"))
                if let failure = error as? JobFailure {
                    said.append(("\(place) failure", "\(failure.code) \(failure.message) \(failure.field ?? "")"))
                }
                return nil
            }
        }
    }

    @Test("is in no log, no error, no metric and no result that did not ask for rows, whether actions succeed or fail")
    func nothingLeaks() async throws {
        let witness = Witness()
        try await TestWorkers.runWithQueue {
            $0.logger = witness.log.logger
        } _: { workers, client, _ in
            try await succeed(workers, witness)
            #expect(try await client.number("SELECT count(*) FROM parcels WHERE own_name LIKE 'QUILLFEATHER%'") > 0)
            #expect(try await client.number("SELECT count(*) FROM sunbiz_officers WHERE last = 'QUILLFEATHER'") > 0)
            try await fail(workers, client, witness)
            for table in [
                "metric_points", "performance_samples", "monitoring_runs", "healing_log", "quality_runs",
                "sunbiz_loads",
                "source_files", "staged_files", "entity_match_runs", "rules",
            ] {
                let rows = try await client.query(
                    "SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM \(table) t"
                )
                witness.said.append(("table \(table)", try rows.first?.decode(0) ?? ""))
            }
        }
        witness.said.append(("log", witness.log.text))
        #expect(witness.log.text.contains("roll merged"))
        #expect(witness.said.contains { $0.0.hasSuffix("failure") })
        for (place, text) in witness.said {
            #expect(Self.leaks(text) == [], "\(place): \(text.prefix(2_000))")
        }
    }

    /// Every action that reads people's data, in its normal case.
    private func succeed(_ workers: TestWorkers, _ witness: Witness) async throws {
        let owner = ["OWN_NAME": Self.person, "OWN_ADDR1": Self.address, "PHY_ADDR1": Self.address]
        let account = ["OWN_NAM": Self.person, "OWN_ADDR": Self.address, "PHY_ADDR": Self.address]
        for (dataset, fields) in [(Dataset.nal, owner), (.nap, account)] {
            let source = try RollFiles.source(dataset, Self.roll(dataset, fields), in: workers.folder)
            let downloaded = try await witness.run(
                workers,
                "florida_data",
                "download",
                TestWorkers.broward(dataset.rawValue, source: source)
            )
            let file = try #require(downloaded?["file"])
            let strict: JSONValue = ["file": file, "validation_level": "strict"]
            let staged = try await witness.run(workers, "florida_data", "process", strict)
            let staging = try #require(staged?["staging"])
            _ = try await witness.run(workers, "data_quality", "validate", ["staging": staging, "level": "strict"])
            _ = try await witness.run(workers, "florida_data", "upload", ["staging": staging])
        }
        let register = "\(workers.folder)/register"
        try FileManager.default.createDirectory(atPath: register, withIntermediateDirectories: true)
        try Data(Self.companies()).write(to: URL(filePath: "\(register)/20260413c.txt"))
        let source: JSONValue = ["source": .string("file:\(register)")]
        _ = try await witness.run(workers, "sunbiz", "sync_entities", source)
        let plain: [(QueueName, String, JSONValue)] = [
            ("sunbiz", "monitor_status", source), ("sunbiz", "generate_dashboard_metrics", [:]),
            ("data_quality", "discover_fields", ["table": "parcels", "dataset": "NAL"]),
            ("data_quality", "discover_fields", ["table": "sunbiz_officers"]),
            ("data_quality", "create_mapping", ["name": "own", "dataset": "NAP", "table": "tangible"]),
            ("data_quality", "load_data", ["dataset": "NAL", "table": "parcels", "county": "BROWARD", "year": 2025]),
            ("data_quality", "sync_live", [:]), ("entity_matching", "match_entities", [:]),
            ("entity_matching", "deduplicate", [:]), ("entity_matching", "link_properties_to_entities", [:]),
            ("performance", "monitor_health", [:]), ("performance", "analyze_performance", [:]),
            ("performance", "check_data_parity", [:]), ("performance", "track_completion", ["counties": ["BROWARD"]]),
            ("ai_ml", "run_monitoring_ai", [:]), ("ai_ml", "execute_self_healing", ["issue_type": "duplicate"]),
        ]
        for (worker, action, parameters) in plain {
            let result = try await witness.run(workers, worker, action, parameters)
            #expect(result != nil, "\(worker.rawValue).\(action): \(witness.said.last?.1 ?? "")")
        }
        // These two answer with the rows that they were asked for.
        let question: JSONValue = ["query": "which parcels are owned by Zebediah Quillfeather?"]
        _ = try await witness.run(workers, "ai_ml", "handle_chat_query", question, mayShowRows: true)
        _ = try await witness.run(workers, "ai_ml", "assign_use_codes", [:], mayShowRows: true)
    }

    /// The same data where it does not belong: wrong columns, wrong types, damaged files, a broken database.
    private func fail(_ workers: TestWorkers, _ client: PostgresClient, _ witness: Witness) async throws {
        let person = JSONValue.string(Self.person)
        // A name where numbers, codes and dates belong; rows are then invalid, and still must not speak.
        let wrong = ["JV": Self.person, "DOR_UC": Self.person, "CO_NO": Self.person, "SALE_YR1": Self.address]
        let source = try RollFiles.source(.nal, Self.roll(.nal, wrong), in: workers.folder)
        let file = try await witness.run(
            workers,
            "florida_data",
            "download",
            TestWorkers.broward("NAL", source: source)
        )
        if let file = file?["file"] { _ = try await witness.run(workers, "florida_data", "process", ["file": file]) }
        var lines = try Self.roll(.nap, ["OWN_NAM": Self.person])
        // A file without its header, whose first row stands where names of columns are expected.
        let headless = try RollFiles.source(.nap, Array(lines.dropFirst()), in: workers.folder)
        let body = try await witness.run(
            workers,
            "florida_data",
            "download",
            TestWorkers.broward("NAP", source: headless)
        )
        if let file = body?["file"] { _ = try await witness.run(workers, "florida_data", "process", ["file": file]) }
        lines[2] += ",\"\(Self.address)"
        let torn = try RollFiles.source(.nap, lines, in: workers.folder)
        let tornFile = try await witness.run(
            workers,
            "florida_data",
            "download",
            TestWorkers.broward("NAP", source: torn)
        )
        if let file = tornFile?["file"] {
            _ = try await witness.run(workers, "florida_data", "process", ["file": file])
        }
        let register = "\(workers.folder)/damaged"
        try FileManager.default.createDirectory(atPath: register, withIntermediateDirectories: true)
        try Data("\(Self.person) \(Self.address)\n".utf8).write(to: URL(filePath: "\(register)/20260414c.txt"))
        _ = try await witness.run(workers, "sunbiz", "sync_entities", ["source": .string("file:\(register)")])
        let csv = "\(workers.folder)/people.csv"
        try Data("id,name\n1,\"\(Self.person)\n2,\(Self.address)\"x\n".utf8).write(to: URL(filePath: csv))
        let refused: [(QueueName, String, JSONValue)] = [
            ("florida_data", "download", ["county": person, "dataset": "NAL", "year": 2025]),
            ("florida_data", "download", ["county": "BROWARD", "dataset": person, "year": 2025]),
            ("data_quality", "validate", ["dataset": "NAP", "data": [["OWN_NAM": person, "JV_TOTAL": person]]]),
            ("data_quality", "validate", ["dataset": "NAP", "data": [["OWN_NAM": [person]]]]),
            ("data_quality", "load_data", ["dataset": "NAP", "data": [["OWN_NAM": person, "CO_NO": person]]]),
            (
                "data_quality", "load_data",
                [
                    "dataset": "NAP", "table": "tangible", "county": "BROWARD", "year": 2025,
                    "filters": ["OWN_NAM": ["is": person]],
                ]
            ),
            ("data_quality", "discover_fields", ["data": [["NAME": [person]]]]),
            ("entity_matching", "match_entities", ["dataset_a": .string(csv)]),
            ("entity_matching", "match_entities", ["decisions": ["a|b": person]]),
            ("entity_matching", "deduplicate", ["undo": person]),
            (
                "ai_ml", "handle_chat_query",
                [
                    "plan": [
                        "subject": "property", "measure": "list",
                        "conditions": [
                            ["field": "year_built", "comparison": "equals", "value": person]
                        ],
                    ]
                ]
            ),
            ("ai_ml", "assign_use_codes", ["parcels": [["PARCEL_ID": "1", "CO_NO": person]]]),
            ("ai_ml", "store_rules", ["rules": [["rule_id": person, "kind": "use_code_override", "body": [:]]]]),
            ("ai_ml", "execute_self_healing", ["issue_type": "missing", "subject": person]),
        ]
        for (worker, action, parameters) in refused {
            _ = try await witness.run(workers, worker, action, parameters)
        }
        // A constraint whose message would repeat the row that breaks it (DETAIL: Failing row contains …).
        for statement in [
            "ALTER TABLE sunbiz_entities ADD CHECK (name NOT LIKE 'MOONBEAM%') NOT VALID",
            "ALTER TABLE tangible ADD CHECK (own_nam NOT LIKE 'QUILLFEATHER%') NOT VALID",
        ] { try await client.execute(statement) }
        try RegisterFiles.write(["20260415c.txt"], 3, into: register)
        var renamed = Self.companies()
        renamed.replaceSubrange(0..<1, with: Array("M".utf8))
        try Data(renamed).write(to: URL(filePath: "\(workers.folder)/register/20260416c.txt"))
        _ = try await witness.run(
            workers,
            "sunbiz",
            "sync_entities",
            ["source": .string("file:\(workers.folder)/register")]
        )
        #expect(witness.said.last?.0.hasSuffix("failure") == true, "the constraint was not broken")
    }

    private static func companies() -> [UInt8] {
        var writer = RecordWriter(.corporations)
        for number in 0..<20 {
            writer.append([
                "COR_NUMBER": "L2600000\(String(1000 + number))", "COR_NAME": "MOONBEAM \(number) LLC",
                "COR_STATUS": "A", "COR_FILING_TYPE": "FLAL", "COR_FILE_DATE": "04132026",
                "COR_PRINC_ADD_1": address, "RA_NAME": "QUILLFEATHER        ZEBEDIAH", "RA_NAME_TYPE": "P",
                "PRINC1_NAME_TYPE": "P", "PRINC1_TITLE": "MGR", "PRINC1_NAME": "QUILLFEATHER        ZEBEDIAH",
                "PRINC1_ADD_1": address,
            ])
        }
        return writer.bytes
    }
}
