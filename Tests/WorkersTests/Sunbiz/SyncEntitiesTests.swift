import Foundation
import JobQueue
import PostgresClient
@testable import PropertyData
import TestSupport
import Testing
import Workers

@Suite("sunbiz.sync_entities", .postgresServer, .timeLimit(.minutes(10)))
struct SyncEntitiesTests {
    private func source(_ workers: TestWorkers, _ names: [String] = [], count: Int = 20) throws -> (String, String) {
        let folder = "\(workers.folder)/source-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try RegisterFiles.write(names, count, into: folder)
        return ("file:\(folder)", folder)
    }

    @Test("the sample becomes entities, officers, events and fictitious names, and is labelled")
    func sample() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let reports = Reports()
            let outcome = try await workers.run("sunbiz", "sync_entities", [:], job: "sync-1") { reports.add($0) }
            #expect(outcome.result["is_sample"] == true && outcome.result["table"] == "sunbiz_entities")
            #expect(outcome.result["files_loaded"] == 4 && outcome.result["records"] == 2_776)
            #expect(outcome.result["malformed"] == 0 && outcome.result["events"] == 28)
            #expect(outcome.confidence == 1 && outcome.parts.count == 3)
            #expect(reports.all.contains { $0.unit == "files" } && reports.all.contains { $0.unit == "bytes" })
            #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 2_680)
            let again = try await workers.run("sunbiz", "sync_entities", [:], job: "sync-1")
            #expect(again.result == outcome.result)
            let next = try await workers.run("sunbiz", "sync_entities", [:])
            #expect(next.result["files_loaded"] == 0 && next.result["records"] == 0 && next.confidence == 1)
            #expect(next.parts.contains { $0.basis == "none of 4 files is new" })
            #expect(workers.leftovers.isEmpty)
        }
    }

    @Test("only new files are taken, the oldest first, and a changed one again")
    func increments() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let (source, folder) = try source(workers, ["20260415c.txt", "20260413c.txt", "20260414c.txt"])
            try Data("no register".utf8).write(to: URL(filePath: "\(folder)/readme.txt"))
            let first = try await workers.run(
                "sunbiz",
                "sync_entities",
                ["source": .string(source), "maximum_files": 2]
            )
            #expect(first.result["files"]?.elements?.map { $0["name"] } == ["20260413c.txt", "20260414c.txt"])
            #expect(first.result["files_remaining"] == 1 && first.result["is_sample"] == false)
            let second = try await workers.run("sunbiz", "sync_entities", ["source": .string(source)])
            #expect(second.result["files_loaded"] == 1 && second.result["inserted"] == 20)
            try RegisterFiles.write(["20260414c.txt"], 25, into: folder)
            let third = try await workers.run("sunbiz", "sync_entities", ["source": .string(source)])
            #expect(third.result["files_loaded"] == 1 && third.result["inserted"] == 5)
            #expect(third.result["unchanged"] == 20)
            #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 65)
            #expect(try await client.number("SELECT count(*) FROM sunbiz_loads WHERE status = 'loaded'") == 4)
        }
    }

    @Test("filing types narrow what is loaded, and the rest is taken when it is asked for")
    func filingTypes() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let (source, _) = try source(workers, ["20260413c.txt"])
            let parameters: JSONValue = ["source": .string(source), "filing_types": ["DOMP"]]
            let some = try await workers.run("sunbiz", "sync_entities", parameters)
            #expect(some.result["by_filing_type"] == ["DOMP": 10] && some.result["filtered"] == 10)
            let same = try await workers.run("sunbiz", "sync_entities", parameters)
            #expect(same.result["files_loaded"] == 0)
            let all = try await workers.run("sunbiz", "sync_entities", ["source": .string(source)])
            #expect(all.result["inserted"] == 10 && all.result["unchanged"] == 10)
            #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 20)
        }
    }

    @Test(
        "what cannot be is refused with its field",
        arguments: [
            (["filing_types": ["LLC"]], "invalid_parameters", "filing_types[0]"),
            (["from": "13.4.2026"], "invalid_date", "from"),
            (["maximum_files": 0], "invalid_parameters", "maximum_files"),
            (["source": "ftp://x"], "invalid_source", "source"),
            (["source": "sftp://x:secret@y/z"], "invalid_source", "source"),
            (["source": "sftp://user@elsewhere/doc"], "invalid_source", "source"),
            (["source": "file:/nowhere/at/all"], "file_not_found", "source"),
        ] as [(JSONValue, String, String)]
    )
    func badInput(parameters: JSONValue, code: String, field: String) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("sunbiz", "sync_entities", parameters)
            #expect(failure.code == code && failure.field == field && !failure.isRetryable)
            #expect(!failure.message.contains("secret"))
        }
    }

    @Test("a broken file is reported and recorded without its content, and the others load")
    func brokenFile() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let (source, folder) = try source(workers, ["20260413c.txt", "20260415c.txt"])
            try Data("SMITH JOHN 12 OAK ST\n".utf8).write(to: URL(filePath: "\(folder)/20260414c.txt"))
            let outcome = try await workers.run("sunbiz", "sync_entities", ["source": .string(source)])
            #expect(outcome.result["files_loaded"] == 2 && outcome.result["files_failed"] == 1)
            let failure = try #require(outcome.result["failures"]?.elements?.first)
            #expect(failure["code"] == "wrong_layout" && failure["name"] == "20260414c.txt")
            #expect(outcome.parts.contains { $0.name == "files_loaded" && $0.value == 2.0 / 3 })
            #expect(outcome.confidence < 0.7)
            let text = try outcome.result.encoded
            #expect(!text.contains("SMITH"))
            let recorded = try await client.number(
                "SELECT count(*) FROM sunbiz_loads WHERE status = 'failed' AND error NOT LIKE '%SMITH%'"
            )
            #expect(recorded == 1)
        }
    }

    @Test("a cancelled run leaves nothing half written, and its repetition goes on")
    func cancellation() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let (source, _) = try source(workers, ["20260413c.txt", "20260414c.txt"], count: 30_000)
            let (loading, started) = AsyncStream<Void>.makeStream()
            let run = Task {
                try await workers.run("sunbiz", "sync_entities", ["source": .string(source)], job: "sync-c") {
                    // Bytes of the table follow those of the copy: the load is under way.
                    if $0.unit == "files", $0.done == 1 { started.yield() }
                }
            }
            for await _ in loading { break }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            let after = try await client.number("SELECT count(*) FROM sunbiz_entities")
            #expect(after == 30_000)
            let outcome = try await workers.run("sunbiz", "sync_entities", ["source": .string(source)], job: "sync-c")
            #expect(outcome.result["files_loaded"] == 2 && outcome.result["inserted"] == 60_000)
            #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 60_000)
        }
    }

    @Test("a mirror's index page names the files, which are fetched once")
    func mirror() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let bytes = RegisterFiles.corporations(30, prefix: "20260413")
            let page = "<html><a href=\"20260413c.txt\">a</a> <a href='/x/20260413g.txt'>b</a></html>"
            try await LoopbackPortal.run { request, _ in
                if request.path.hasSuffix("/") { return PortalAnswer(body: Array(page.utf8)) }
                return .file(bytes, tag: "\"a\"", request)
            } _: { portal in
                let parameters: JSONValue = ["source": .string(portal.base)]
                let outcome = try await workers.run("sunbiz", "sync_entities", parameters)
                #expect(outcome.result["inserted"] == 30)
                let again = try await workers.run("sunbiz", "sync_entities", parameters)
                #expect(again.result["files_loaded"] == 0)
                #expect(portal.requests.count { $0.path.hasSuffix("20260413c.txt") } == 1)
            }
            #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 30)
        }
    }

    @Test("a mirror that answers with a page in place of a file is refused")
    func mirrorPage() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let page = "<html><a href=\"20260413c.txt\">a</a></html>"
            try await LoopbackPortal.run { request, _ in
                request.path.hasSuffix("/") ? PortalAnswer(body: Array(page.utf8)) : .htmlPage
            } _: { portal in
                let failure = try await workers.failure("sunbiz", "sync_entities", ["source": .string(portal.base)])
                #expect(failure.code == "file_not_found" && failure.message.contains("HTML page"))
            }
        }
    }
}
