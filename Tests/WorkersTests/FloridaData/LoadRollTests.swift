import Foundation
import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@testable import PropertyData

@Suite("Processing and uploading a roll", .postgresServer, .timeLimit(.minutes(5)))
struct LoadRollTests {
    private static let tables = ["SDF": "sales", "NAP": "tangible", "NAL": "parcels"]

    @Test("every row of the sample becomes a live row", arguments: ["SDF", "NAP", "NAL"])
    func sample(dataset: String) async throws {
        let lines = try RollFiles.sampleLines(try #require(Dataset(rawValue: dataset)))
        try await TestWorkers.runWithDatabase { workers, client in
            let run = try await workers.pipeline(dataset, source: "sample", level: "strict")
            let process = run.process.result
            #expect(process["rows_read"]?.int == lines.count - 1)
            #expect(process["rows_valid"]?.int == lines.count - 1)
            #expect(process["rows_invalid"] == 0)
            #expect(run.process.confidence == 1)
            #expect(run.upload.result["rows_live"] == process["rows_valid"])
            #expect(run.upload.result["inserted"] == process["rows_valid"])
            #expect(run.upload.result["parity"] == 1)
            #expect(run.upload.confidence == 1)
            #expect(run.validate.confidence >= 0.9)
            for outcome in [run.process, run.validate, run.upload] { #expect(outcome.result["is_sample"] == true) }
            let table = try #require(Self.tables[dataset])
            #expect(try await client.number("SELECT count(*) FROM \(table)") == lines.count - 1)
            let fileID = try #require(run.upload.result["source_file_id"]?.int)
            #expect(
                try await client.number("SELECT count(*) FROM \(table) WHERE file_id = $1", [.int(fileID)]) == lines
                    .count - 1
            )
        }
    }

    @Test("a second run of everything adds no row and says that all were there")
    func secondRun() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let first = try await workers.pipeline("SDF", source: "sample")
            let second = try await workers.pipeline("SDF", source: "sample")
            #expect(second.upload.result["inserted"] == 0)
            #expect(second.upload.result["updated"] == 0)
            #expect(second.upload.result["deleted"] == 0)
            #expect(second.upload.result["unchanged"] == first.upload.result["rows_live"])
            #expect(second.upload.result["source_file_id"] == first.upload.result["source_file_id"])
            #expect(try await client.number("SELECT count(*) FROM sales") == first.upload.result["rows_live"]?.int)
        }
    }

    @Test("an upload that runs twice answers the same, although its staging table is gone")
    func uploadTwice() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let process = try await workers.stage("NAP", source: "sample")
            let first = try await workers.upload(process)
            #expect(try await client.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'staging_%'") == 0)
            let second = try await workers.upload(process)
            #expect(first.result == second.result)
        }
    }

    @Test("a process that runs twice under one key stages its rows once")
    func processTwice() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let first = try await workers.stage("SDF", source: "sample", job: "op-1:E2")
            let second = try await workers.stage("SDF", source: "sample", job: "op-1:E2")
            #expect(first.result == second.result)
            #expect(try await client.number("SELECT count(*) FROM staged_files") == 1)
            let upload = try await workers.upload(second)
            #expect(upload.result["rows_live"] == first.result["rows_valid"])
        }
    }

    @Test(
        "broken rows are kept aside with line, field, rule and value, lower the confidence, and show no value outside"
    )
    func brokenRows() async throws {
        var lines = try RollFiles.sampleLines(.sdf)
        let broken = Set(lines.indices.dropFirst().filter { $0 % 5 < 2 })
        for index in broken {
            lines[index] = try Self.replacing("VI_CD", with: "\"Q\"", in: lines[index], header: lines[0])
        }
        let share = 1 - Double(broken.count) / Double(lines.count - 1)
        try await TestWorkers.runWithDatabase { workers, client in
            let source = try RollFiles.source(.sdf, lines, in: workers.folder)
            let process = try await workers.stage("SDF", source: source)
            #expect(abs(process.confidence - share) < 1e-9)
            #expect(process.confidence < 0.7)
            #expect(process.result["rows_invalid"]?.int == broken.count)
            let issue = try #require(process.result["issues"]?[0])
            #expect(issue["rule"] == "SDF.VI_CD.enum")
            #expect(issue["severity"] == "error")
            #expect(issue["failed"]?.int == broken.count)
            #expect(issue["samples"]?[0]?["line"]?.int == broken.min().map { $0 + 1 })
            #expect(issue["samples"]?[0]?["value"] == nil)
            let kept = try await client.query("SELECT DISTINCT rule_id, field, value FROM rejected_rows")
            #expect(kept.count == 1)
            #expect(kept.first?["field"] == "VI_CD")
            #expect(kept.first?["value"] == "Q")
            let upload = try await workers.upload(process)
            #expect(upload.result["rows_live"]?.int == lines.count - 1 - broken.count)
        }
    }

    @Test("a ragged row is rejected and counted, the others are loaded")
    func raggedRow() async throws {
        var lines = try RollFiles.sampleLines(.sdf)
        lines[3] += ",extra"
        try await TestWorkers.runWithDatabase { workers, _ in
            let process = try await workers.stage("SDF", source: try RollFiles.source(.sdf, lines, in: workers.folder))
            #expect(process.result["rows_invalid"] == 1)
            #expect(process.result["issues"]?[0]?["rule"] == "SDF.columns")
            #expect(process.result["issues"]?[0]?["samples"]?[0]?["line"] == 4)
        }
    }

    @Test("bytes that are no UTF-8 are read as Latin-1, and no row is lost")
    func invalidUTF8() async throws {
        let lines = try RollFiles.sampleLines(.nap)
        var bytes = Data()
        for (index, line) in lines.enumerated() {
            let named =
                index == 0 ? line : try Self.replacing("OWN_NAM", with: "\"CAF~ CORP\"", in: line, header: lines[0])
            bytes += named.utf8.map { $0 == UInt8(ascii: "~") ? 0xc9 : $0 } + Array("\r\n".utf8)
        }
        try await TestWorkers.runWithDatabase { [bytes] workers, client in
            let source = try RollFiles.source(bytes, name: "NAP16P202501.csv", in: workers.folder)
            let process = try await workers.stage("NAP", source: source)
            #expect(process.result["rows_invalid"] == 0)
            _ = try await workers.upload(process)
            let named = try await client.number("SELECT count(*) FROM tangible WHERE own_nam = 'CAFÉ CORP'")
            #expect(named == lines.count - 1)
        }
    }

    @Test(
        "a file that cannot be read as its dataset fails for good and names the file and the column",
        arguments: [
            ("header", "wrong_header", "SDF16P202501.csv"), ("column", "missing_column", "QUAL_CD"),
            ("doubled", "duplicate_column", "VI_CD"), ("rowless", "empty_file", "SDF16P202501.csv"),
            ("quote", "unterminated_quote", "SDF16P202501.csv"),
        ]
    )
    func unreadable(kind: String, code: String, named: String) async throws {
        var lines = try RollFiles.sampleLines(.sdf)
        switch kind {
        case "header": lines[0] = try RollFiles.sampleLines(.nap)[0]
        case "column": lines[0] = lines[0].replacing("QUAL_CD", with: "QUALITY")
        case "doubled": lines[0] = lines[0].replacing("QUAL_CD", with: "VI_CD")
        case "rowless": lines = [lines[0]]
        default: lines[lines.count - 1] += ",\"open"
        }
        try await TestWorkers.runWithDatabase { [lines] workers, client in
            let file = try await workers.download("SDF", source: try RollFiles.source(.sdf, lines, in: workers.folder))
            let failure = try await workers.failure("florida_data", "process", ["file": file])
            #expect(failure.code == code)
            #expect(failure.message.contains(named))
            #expect(!failure.isRetryable)
            #expect(try await client.number("SELECT count(*) FROM staged_files") == 0)
        }
    }

    @Test("a file that another machine downloaded is fetched again from its source")
    func otherMachine() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let file = try await TestWorkers.run { try await $0.download("SDF", source: "sample") }
            let process = try await workers.run("florida_data", "process", ["file": file])
            #expect(process.result["staging"]?["file"]?["sha256"] == file["sha256"])
            #expect(process.confidence == 1)
        }
    }

    @Test("a damaged or changed file is not processed in the place of the one that was downloaded")
    func changedSource() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let lines = try RollFiles.sampleLines(.sdf)
            let source = try RollFiles.source(.sdf, lines, in: workers.folder)
            let file = try await workers.download("SDF", source: source)
            let path = try #require(file["path"]?.string)
            try Data("CO_NO\r\n".utf8).write(to: URL(filePath: path))
            // The source still has the file, which heals the store.
            _ = try await workers.run("florida_data", "process", ["file": file])
            try Data("CO_NO\r\n".utf8).write(to: URL(filePath: path))
            try Data((lines.dropLast().joined(separator: "\r\n") + "\r\n").utf8)
                .write(to: URL(filePath: "\(source.dropFirst("file:".count))/SDF16P202501.csv"))
            let failure = try await workers.failure("florida_data", "process", ["file": file])
            #expect(failure.code == "source_changed")
            #expect(!failure.isRetryable)
        }
    }

    @Test("a file that lost most of its rows does not empty the county, unless the job allows it")
    func tooManyDeletions() async throws {
        let lines = try RollFiles.sampleLines(.sdf)
        try await TestWorkers.runWithDatabase { workers, client in
            _ = try await workers.upload(
                workers.stage("SDF", source: RollFiles.source(.sdf, lines, in: workers.folder))
            )
            let half = Array(lines.prefix(lines.count / 2))
            let process = try await workers.stage("SDF", source: RollFiles.source(.sdf, half, in: workers.folder))
            let failure = try await jobFailure { _ = try await workers.upload(process) }
            #expect(failure.code == "too_many_deletions")
            #expect(try await client.number("SELECT count(*) FROM sales") == lines.count - 1)
            let upload = try await workers.upload(process, share: 1)
            #expect(upload.result["rows_live"]?.int == half.count - 1)
            #expect(upload.result["deleted"]?.int == lines.count - half.count)
        }
    }

    @Test("real rows replace the sample's as a whole, and the sample never replaces real ones")
    func sampleAndReal() async throws {
        let lines = try RollFiles.sampleLines(.sdf)
        try await TestWorkers.runWithDatabase { workers, client in
            _ = try await workers.pipeline("SDF", source: "sample")
            let few = Array(lines.prefix(11))
            let real = try await workers.stage("SDF", source: RollFiles.source(.sdf, few, in: workers.folder))
            #expect(try await workers.upload(real).result["rows_live"] == 10)
            let sample = try await workers.stage("SDF", source: "sample")
            let failure = try await jobFailure { _ = try await workers.upload(sample) }
            #expect(failure.code == "sample_over_real")
            #expect(try await client.number("SELECT count(*) FROM sales") == 10)
        }
    }

    @Test("an upload whose staging holds other rows now is refused")
    func stagingChanged() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let sample = try await workers.stage("SDF", source: "sample", job: "op-3:E2")
            let lines = try RollFiles.sampleLines(.sdf).dropLast()
            let source = try RollFiles.source(.sdf, Array(lines), in: workers.folder)
            _ = try await workers.stage("SDF", source: source, job: "op-3:E2")
            let failure = try await jobFailure { _ = try await workers.upload(sample) }
            #expect(failure.code == "staging_changed")
            #expect(!failure.isRetryable)
        }
    }

    @Test("rows whose staging was cleared away are staged again before they are merged")
    func stagingGone() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let process = try await workers.stage("SDF", source: "sample")
            try await PropertyDatabase(client: client).discardStaged(before: .distantFuture)
            let upload = try await workers.upload(process)
            #expect(upload.result["rows_live"] == process.result["rows_valid"])
        }
    }

    /// A row with another value in a field.
    static func replacing(_ field: String, with value: String, in line: String, header: String) throws -> String {
        // The sample's values hold no commas but in names, which stand behind every field that is replaced here.
        var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let index = try #require(header.split(separator: ",").firstIndex { $0 == field })
        cells[index] = value
        return cells.joined(separator: ",")
    }
}
