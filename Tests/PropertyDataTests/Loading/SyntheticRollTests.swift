import Foundation
import Logging
import PostgresClient
import TestSupport
import Testing

@testable import PropertyData

@Suite("Synthetic rolls of scripts/synthetic-roll", .postgresServer, .timeLimit(.minutes(10)))
struct SyntheticRollTests {
    /// What the script says of the file that it wrote.
    private struct Synthetic: Decodable {
        let path: String
        let rows: Int
        let valid: Int
        let invalid: Int
        let brokenRules: [String: Int]

        private enum CodingKeys: String, CodingKey {
            case path, rows, valid, invalid
            case brokenRules = "broken_rules"
        }
    }

    private func write(_ dataset: Dataset, rows: Int, seed: Int = 1, into folder: String) async throws -> Synthetic {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scripts/synthetic-roll")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", script.path, "--dataset", dataset.rawValue, "--rows", "\(rows)", "--seed", "\(seed)",
            "--invalid", "100", "--output", folder,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = await Task.detached { output.fileHandleForReading.readDataToEndOfFile() }.value
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try JSONDecoder().decode(Synthetic.self, from: data)
    }

    @Test("have the real header, and exactly the invalid rows that the script states", arguments: Dataset.allCases)
    func counts(dataset: Dataset) async throws {
        try await withFolder { folder in
            let written = try await write(dataset, rows: 3_000, into: folder)
            let file = try TaxRollFile(path: written.path, expecting: try broward(dataset))
            let header = try #require(
                String(contentsOfFile: written.path, encoding: .utf8).split(separator: "\r\n").first
            )
            #expect(header.split(separator: ",").map(String.init) == FileLayout.of(dataset).fields.map(\.name))
            for level in [ValidationLevel.standard, .strict] {
                let report = try await file.validate(level: level)
                #expect(report.rows == 3_000 && report.valid == written.valid && report.invalid == written.invalid)
                for (rule, count) in written.brokenRules { #expect(report.result(rule)?.failed == count, "\(rule)") }
            }
        }
    }

    @Test("are the same bytes for the same seed, and others for another")
    func seeds() async throws {
        try await withFolder { folder in
            let contents = try await [1, 1, 2].asyncMap { seed in
                let written = try await write(.nal, rows: 200, seed: seed, into: "\(folder)/\(seed)")
                return try Data(contentsOf: URL(fileURLWithPath: written.path))
            }
            #expect(contents[0] == contents[1])
            #expect(contents[0] != contents[2])
        }
    }

    @Test("load with their dirty names cleaned, their numbers and their JSON", arguments: Dataset.allCases)
    func load(dataset: Dataset) async throws {
        let configuration = try PostgresConfiguration(url: try await PostgresServerTrait.newDatabase())
        let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
        let database = PropertyDatabase(client: client)
        try await database.prepare()
        try await withFolder { folder in
            let written = try await write(dataset, rows: 3_000, into: folder)
            let file = try TaxRollFile(path: written.path)
            let report = try await database.stage(file, runKey: "one", level: .strict)
            #expect(report.staged == written.valid && report.nulledValues == 0)
            #expect(try await database.merge(runKey: "one").inserted == written.valid)
            // What was cleaned: no control characters, no spaces around.
            let name = ["NAL": "own_name", "NAP": "own_nam", "SDF": "parcel_id"][dataset.rawValue] ?? ""
            let table = PropertyTable.of(dataset).name
            let dirty = try await client.query(
                "SELECT count(*) FROM \(table) WHERE \(name) ~ '[\\x01-\\x1f]' OR \(name) <> btrim(\(name))"
            )
            #expect(dirty.first?[0] == "0")
            guard dataset != .sdf else { return }
            let quoted = try await client.query("SELECT count(*) FROM \(table) WHERE \(name) LIKE '%\"%'")
            #expect(try #require(quoted.first)[0] != "0")
            let json = dataset == .nal ? "(exemptions->>'01')::int <= 25000" : "(exemptions->>'M')::int = exmpt_val"
            let agreeing = try await client.query(
                "SELECT count(*) FILTER (WHERE \(json)), count(*) FILTER (WHERE exemptions IS NOT NULL) FROM \(table)"
            )
            let row = try #require(agreeing.first)
            #expect(row[0] == row[1] && row[0] != "0")
        }
        await client.close()
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
