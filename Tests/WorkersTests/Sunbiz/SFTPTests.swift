import Foundation
import JobQueue
@testable import PropertyData
import TestSupport
import Testing
@testable import Workers

@Suite(
    "SunBiz by SFTP, against a real OpenSSH server",
    .postgresServer,
    .timeLimit(.minutes(10)),
    .enabled(if: LoopbackSFTP.program != nil, "sshd is not installed: apt-get install openssh-server")
)
struct SFTPTests {
    @Test("files are listed and fetched once, with a key that has a passphrase")
    func sync() async throws {
        try await LoopbackSFTP.run(passphrase: "a passphrase with $igns") { server in
            try RegisterFiles.write(["20260413c.txt", "20260414c.txt", "readme.txt"], 40, into: server.files)
            let (source, settings) = (server.source, server.settings)
            try await TestWorkers.runWithDatabase {
                $0.sunbizSource = source
                $0.sftp = settings
            } _: { workers, client in
                let outcome = try await workers.run("sunbiz", "sync_entities", [:])
                #expect(outcome.result["files_loaded"] == 2 && outcome.result["inserted"] == 80)
                #expect(outcome.result["source"] == .string(source))
                let text = try outcome.result.encoded
                #expect(!text.contains("passphrase"))
                let again = try await workers.run("sunbiz", "sync_entities", [:])
                #expect(again.result["files_loaded"] == 0)
                let status = try await workers.run("sunbiz", "monitor_status", [:])
                #expect(status.result["connection"]?["is_reachable"] == true && status.result["backlog"] == 0)
                #expect(workers.leftovers.isEmpty)
                #expect(try await client.number("SELECT count(*) FROM sunbiz_entities") == 80)
            }
        }
    }

    @Test("a transfer that is cut goes on where it stopped")
    func interrupted() async throws {
        try await LoopbackSFTP.run { server in
            try RegisterFiles.write(["20260413c.txt"], 4_000, into: server.files)
            var settings = server.settings
            // Some 6 MB at 8 Mbit/s take six seconds, in which the connection is cut.
            settings.bandwidthKilobits = 8_000
            let source = server.source
            let slow = settings
            try await TestWorkers.runWithDatabase {
                $0.sunbizSource = source
                $0.sftp = slow
            } _: { workers, client in
                let (progress, report) = AsyncStream<Int>.makeStream()
                let first = Task {
                    try await workers.run("sunbiz", "sync_entities", [:], job: "sync-i") {
                        if $0.unit == "bytes" { report.yield($0.done) }
                    }
                }
                for await done in progress where done > 200_000 { break }
                server.cut()
                let failure = try await jobFailure { _ = try await first.value }
                #expect(failure.isRetryable && failure.field == "source")
                #expect(["source_unavailable", "download_incomplete"].contains(failure.code))
                let part = try #require(workers.parts.first)
                let size = try Data(contentsOf: URL(filePath: part)).count
                #expect(size > 0 && size < 4_000 * 1_441)
                // Marked in a place that is not transferred again: proof that the rest was appended.
                let handle = try #require(FileHandle(forUpdatingAtPath: part))
                try handle.seek(toOffset: 12)
                try handle.write(contentsOf: Data("MARKED".utf8))
                try handle.close()
                let outcome = try await workers.run("sunbiz", "sync_entities", [:], job: "sync-i")
                #expect(outcome.result["inserted"] == 4_000)
                let marked = "SELECT count(*) FROM sunbiz_entities WHERE name LIKE 'MARKED%'"
                #expect(try await client.number(marked) == 1)
                #expect(workers.parts.isEmpty)
            }
        }
    }

    @Test("a wrong key, an unknown or forged host, a wrong path and a silent port are told apart")
    func refusals() async throws {
        try await LoopbackSFTP.run { server in
            let (source, good) = (server.source, server.settings)
            func failure(_ source: String, _ change: (inout SFTPSettings) throws -> Void) async throws -> JobFailure {
                var settings = good
                try change(&settings)
                let changed = settings
                return try await TestWorkers.runWithDatabase {
                    $0.sunbizSource = source
                    $0.sftp = changed
                } _: { workers, _ in
                    try await workers.failure("sunbiz", "sync_entities", [:])
                }
            }
            let wrong = try await failure(source) { $0.identityFile = server.strangersKey }
            #expect(wrong.code == "source_refused" && !wrong.isRetryable && !wrong.message.contains("/other"))
            let forged = try await failure(source) { $0.knownHostsFile = try server.forgedKnownHosts() }
            #expect(forged.code == "host_key_refused" && !forged.isRetryable)
            let unknown = try await failure(source) { $0.knownHostsFile = "/dev/null" }
            #expect(unknown.code == "host_key_refused")
            let path = try await failure(source + "/nowhere") { _ in }
            #expect(path.code == "file_not_found")
            await server.stop()
            let silent = try await failure(source) { _ in }
            #expect(silent.code == "source_unavailable" && silent.isRetryable)
        }
    }

    @Test("cancellation ends the client within seconds")
    func cancellation() async throws {
        try await LoopbackSFTP.run { server in
            try RegisterFiles.write(["20260413c.txt"], 4_000, into: server.files)
            var settings = server.settings
            settings.bandwidthKilobits = 800
            let source = server.source
            let slow = settings
            try await TestWorkers.runWithDatabase {
                $0.sunbizSource = source
                $0.sftp = slow
            } _: { workers, _ in
                let (progress, report) = AsyncStream<Void>.makeStream()
                let run = Task {
                    try await workers.run("sunbiz", "sync_entities", [:]) {
                        if $0.unit == "bytes", $0.done > 0 { report.yield() }
                    }
                }
                for await _ in progress { break }
                let began = ContinuousClock.now
                run.cancel()
                await #expect(throws: CancellationError.self) { try await run.value }
                #expect(ContinuousClock.now - began < .seconds(20))
            }
        }
    }

    @Test(
        "lines of a listing are read, with the year where it is missing",
        arguments: [
            ("-rw-rw-r--    1 1017     1018      3537655 Apr 13 20:21 20260413c.txt", "2026-04-13", 3_537_655),
            ("-rw-r--r--    ? 0        0            1441 Nov 30 09:00 20251130c.txt", "2025-11-30", 1_441),
            ("-rw-r--r--    1 root     root      1700000 Oct  2 2025  cordata.zip", "2025-10-02", 1_700_000),
        ]
    )
    func listing(line: String, day: String, bytes: Int) throws {
        let today = try #require(CalendarDate(iso: "2026-05-01"))
        let file = try #require(SFTPListing.file(line, today: today))
        #expect(file.bytes == bytes && file.modified?.description == day)
    }

    @Test(
        "lines that are no file of the Division's are passed over",
        arguments: [
            "sftp> ls -l", "drwxr-xr-x    2 root     root  4096 Apr 13 20:21 20260413c.txt", "",
            "-rw-r--r--    1 root     root      17 Oct  2 2025  readme.txt", "total 12",
        ]
    )
    func otherLines(line: String) throws {
        #expect(SFTPListing.file(line, today: try #require(CalendarDate(iso: "2026-05-01"))) == nil)
    }
}

extension TestWorkers {
    /// Files of the register that are on their way.
    fileprivate var parts: [String] {
        let incoming = "\(folder)/downloads/incoming"
        let found = FileManager.default.enumerator(atPath: incoming)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix("c.txt") }.map { "\(incoming)/\($0)" }
    }
}
