import Foundation
import JobQueue
import Testing
import Workers

@testable import PropertyData

@Suite("Download of a roll", .timeLimit(.minutes(2)))
struct DownloadRollTests {
    @Test("the sample is stored by its hash, verified, and labelled as a sample")
    func sample() async throws {
        try await TestWorkers.run { workers in
            let outcome = try await workers.run("florida_data", "download", TestWorkers.broward("SDF", source: ""))
            let file = try #require(outcome.result["file"])
            let sha256 = try #require(file["sha256"]?.string)
            #expect(file["path"]?.string == "\(workers.folder)/downloads/\(sha256)/SDF16P202501.zip")
            #expect(file["name"] == "SDF16P202501.zip")
            #expect(file["county"] == ["dor_number": 16, "name": "Broward"])
            #expect(file["is_sample"] == true)
            #expect(file["source"] == "sample")
            #expect(outcome.result["is_sample"] == true)
            #expect(file["bytes"]?.int == (try RollFiles.sampleZip(.sdf).count))
            #expect(outcome.confidence == 1)
            #expect(outcome.parts.map(\.name) == ["files_verified"])
            #expect(workers.leftovers.isEmpty)
        }
    }

    @Test("running it again brings the same file and says that it has not changed")
    func again() async throws {
        try await TestWorkers.run { workers in
            let first = try await workers.run("florida_data", "download", TestWorkers.broward("NAP", source: "sample"))
            let second = try await workers.run("florida_data", "download", TestWorkers.broward("NAP", source: "sample"))
            #expect(first.result["file"] == second.result["file"])
            #expect(first.result["is_unchanged"] == false)
            #expect(second.result["is_unchanged"] == true)
        }
    }

    @Test(
        "the county is read in every accepted form",
        arguments: ["broward", "06", 6, "DOR:16", "FIPS:12011"] as [JSONValue]
    )
    func county(code: JSONValue) async throws {
        try await TestWorkers.run { workers in
            let parameters: JSONValue = ["county": code, "dataset": "nal", "year": 2025, "roll": "p"]
            let outcome = try await workers.run("florida_data", "download", parameters)
            #expect(outcome.result["file"]?["county"]?["dor_number"] == 16)
        }
    }

    @Test(
        "a wrong parameter is named and not tried again",
        arguments: [
            ("county", "Atlantis", "unknown_county"), ("dataset", "NAV", "unknown_dataset"),
            ("roll", "X", "unknown_roll"),
            ("year", 1999, "invalid_parameters"), ("source", "ftp://host/rolls", "invalid_source"),
            ("source", "http://floridarevenue.com/rolls", "invalid_source"),
            ("source", "https://user:secret@host/rolls", "invalid_source"),
        ] as [(String, JSONValue, String)]
    )
    func wrongParameter(field: String, value: JSONValue, code: String) async throws {
        try await TestWorkers.run { workers in
            var members = try #require(TestWorkers.broward("SDF", source: "sample").members)
            members[field] = value
            let failure = try await workers.failure("florida_data", "download", .object(members))
            #expect(failure.code == code)
            #expect(failure.field == field)
            #expect(!failure.isRetryable)
            #expect(!failure.message.contains("secret"))
        }
    }

    @Test("a folder's zip is copied, so that a later change of the folder does not touch it")
    func folder() async throws {
        try await TestWorkers.run { workers in
            let zip = try RollFiles.sampleZip(.sdf)
            let source = try RollFiles.source(Data(zip), name: "SDF16P202502.zip", in: workers.folder)
            let outcome = try await workers.run("florida_data", "download", TestWorkers.broward("SDF", source: source))
            let file = try #require(outcome.result["file"])
            try FileManager.default.removeItem(atPath: String(source.dropFirst("file:".count)))
            let path = try #require(file["path"]?.string)
            #expect(FileManager.default.contents(atPath: path) == Data(zip))
            #expect(file["is_sample"] == false)
            #expect(file["source"]?.string == source)
        }
    }

    @Test("the deployment's source is taken where the job names none")
    func deploymentSource() async throws {
        try await TestWorkers.run { workers in
            let source = try RollFiles.source(.sdf, ["CO_NO", "16"], in: workers.folder)
            var environment = workers.environment
            environment.floridaSource = source
            let deployed = TestWorkers(environment: environment)
            let outcome = try await deployed.run("florida_data", "download", TestWorkers.broward("SDF", source: ""))
            #expect(outcome.result["file"]?["source"]?.string == source)
            #expect(outcome.result["is_sample"] == false)
        }
    }

    @Test("a relative folder counts from the process' working folder")
    func relativeFolder() async throws {
        try await TestWorkers.run { workers in
            let source = try RollFiles.source(.sdf, ["CO_NO"], in: workers.folder)
            let up = FileManager.default.currentDirectoryPath.split(separator: "/").map { _ in ".." }.joined(
                separator: "/"
            )
            let relative = "file:\(up)/\(source.dropFirst("file:/".count))"
            let outcome = try await workers.run(
                "florida_data",
                "download",
                TestWorkers.broward("SDF", source: relative)
            )
            #expect(outcome.result["lines"] == 1)
        }
    }

    @Test(
        "a file that is no roll is refused with what it is",
        arguments: [
            ("html", "html_page"), ("cut", "truncated_archive"), ("flipped", "corrupt_archive"),
            ("text", "not_an_archive"),
            ("other", "unexpected_content"), ("none", "file_not_found"),
        ]
    )
    func wrongContent(kind: String, code: String) async throws {
        try await TestWorkers.run { workers in
            var bytes = try RollFiles.sampleZip(.sdf)
            var name = "SDF16P202501.zip"
            switch kind {
            case "html": bytes = PortalAnswer.htmlPage.body
            case "cut": bytes.removeLast(bytes.count / 2)
            // In the middle of the compressed data.
            case "flipped": bytes[bytes.count / 2] ^= 0xff
            case "text": bytes = Array("no zip at all".utf8)
            case "other": bytes = try RollFiles.sampleZip(.nap)
            default: name = "NAL16P202501.zip"
            }
            let source = try RollFiles.source(Data(bytes), name: name, in: workers.folder)
            let failure = try await workers.failure(
                "florida_data",
                "download",
                TestWorkers.broward("SDF", source: source)
            )
            #expect(failure.code == code)
            #expect(failure.message.contains("SDF16P202501.zip"))
            #expect(!failure.isRetryable)
            #expect(workers.leftovers.isEmpty)
        }
    }

    @Test("progress counts the file's bytes")
    func progress() async throws {
        try await TestWorkers.run { workers in
            let zip = try RollFiles.sampleZip(.sdf)
            let source = try RollFiles.source(Data(zip), name: "SDF16P202501.zip", in: workers.folder)
            let reports = Reports()
            _ = try await workers.run(
                "florida_data",
                "download",
                TestWorkers.broward("SDF", source: source),
                progress: { reports.add($0) }
            )
            #expect(reports.all.last == JobProgress(done: zip.count, total: zip.count, unit: "bytes"))
        }
    }
}
