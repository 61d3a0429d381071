import Foundation
import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@testable import PropertyData

/// Acceptance with the Department's own files of Broward County, 2025 preliminary.
@Suite(
    "The real files of Broward",
    .postgresServer,
    .serialized,
    .enabled(if: RealFiles.areHere, "the real files are not on this machine"),
    .timeLimit(.minutes(10))
)
struct RealRollTests {
    @Test(
        "every row is staged, checked and loaded, and a second run changes none",
        arguments: [("SDF", "sales", 95_332), ("NAP", "tangible", 90_508)]
    )
    func load(dataset: String, table: String, rows: Int) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let source = "file:\(RealFiles.folder)"
            let first = try await workers.pipeline(dataset, source: source)
            #expect(first.process.result["rows_valid"]?.int == rows)
            #expect(first.upload.result["rows_live"]?.int == rows)
            #expect(first.process.confidence >= 0.9)
            #expect(first.validate.confidence >= 0.9)
            #expect(first.upload.confidence == 1)
            #expect(first.process.result["is_sample"] == false)
            #expect(try await client.number("SELECT count(*) FROM \(table)") == rows)
            let second = try await workers.pipeline(dataset, source: source)
            #expect(second.upload.result["unchanged"]?.int == rows)
            #expect(try await client.number("SELECT count(*) FROM \(table)") == rows)
        }
    }

    @Test("what the strict rules find in the file they find in the database again", arguments: ["SDF", "NAP"])
    func strict(dataset: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let process = try await workers.stage(dataset, source: "file:\(RealFiles.folder)", level: "strict")
            #expect(process.confidence >= 0.9)
            let validate = try await workers.run(
                "data_quality",
                "validate",
                ["staging": try #require(process.result["staging"]), "level": "strict"]
            )
            #expect(validate.confidence >= 0.9)
            #expect(validate.result["rows_checked"] == process.result["rows_valid"])
            #expect(validate.result["rows_invalid"] == 0)
            #expect(validate.result["rows_warned"] == process.result["rows_warned"])
        }
    }

    @Test("a copy with every third row broken gets a confidence below the threshold", arguments: ["SDF", "NAP"])
    func damaged(dataset: String) async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let file = try TaxRollFile(path: "\(RealFiles.folder)/\(dataset)16P202501.zip")
            let stream = try file.stream()
            var table = Data()
            while let piece = try stream.next() { table.append(contentsOf: piece) }
            var lines = table.split(separator: UInt8(ascii: "\n"))
            // The county of another file: such rows must not be loaded.
            for index in lines.indices.dropFirst() where index % 3 == 0 {
                lines[index].replaceSubrange(
                    lines[index].startIndex..<lines[index].startIndex + 2,
                    with: Data("99".utf8)
                )
            }
            let damaged = Data(lines.joined(separator: Data("\n".utf8)))
            let source = try RollFiles.source(damaged, name: "\(dataset)16P202501.csv", in: workers.folder)
            let process = try await workers.stage(dataset, source: source)
            #expect(process.confidence < 0.7)
            #expect(process.confidence > 0.6)
            let rejected = try await client.number("SELECT count(DISTINCT line) FROM rejected_rows")
            #expect(process.result["rows_invalid"]?.int == rejected)
        }
    }
}
