import Foundation
import JobQueue
import Synchronization
import Testing
import Workers

@testable import PropertyData

@Suite("Download over HTTP", .timeLimit(.minutes(3)))
struct PortalDownloadTests {
    private static let path = "/rolls/SDF/2025P/Broward%2016%20Preliminary%20SDF%202025.zip"

    private func download(
        _ workers: TestWorkers,
        _ portal: LoopbackPortal,
        _ dataset: String = "SDF",
        force: Bool = false
    ) async throws -> JSONValue {
        var members = try #require(TestWorkers.broward(dataset, source: portal.base).members)
        members["force"] = .bool(force)
        return try await workers.run("florida_data", "download", .object(members)).result
    }

    @Test("a roll is fetched at the portal's path and stored as it was sent")
    func plain() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, _ in
                .file(zip, tag: "\"1\"", request)
            } _: { portal in
                let result = try await download(workers, portal)
                let file = try #require(result["file"])
                #expect(portal.requests.map(\.path) == [Self.path])
                #expect(file["address"]?.string == portal.base.dropLast("/rolls".count) + Self.path)
                #expect(file["source"]?.string == portal.base)
                #expect(file["name"] == "SDF16P202501.zip")
                #expect(file["is_sample"] == false)
                let stored = FileManager.default.contents(atPath: try #require(file["path"]?.string))
                #expect(stored == Data(zip))
                #expect(workers.leftovers.isEmpty)
            }
        }
    }

    @Test("a file that has not changed is not sent again, unless forced")
    func unchanged() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, _ in
                .file(zip, tag: "\"1\"", request)
            } _: { portal in
                let first = try await download(workers, portal)
                let second = try await download(workers, portal)
                let third = try await download(workers, portal, force: true)
                #expect(second["is_unchanged"] == true)
                #expect(first["file"] == second["file"])
                #expect(first["file"] == third["file"])
                #expect(portal.requests.map { $0.headers["if-none-match"] } == [nil, "\"1\"", nil])
            }
        }
    }

    @Test("a stored file that was damaged is fetched anew by the next attempt")
    func damagedStore() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, _ in
                .file(zip, tag: "\"1\"", request)
            } _: { portal in
                let path = try #require(try await download(workers, portal)["file"]?["path"]?.string)
                try Data("PK damaged".utf8).write(to: URL(filePath: path))
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "stored_file_damaged")
                #expect(failure.isRetryable)
                _ = try await download(workers, portal)
                #expect(FileManager.default.contents(atPath: path) == Data(zip))
            }
        }
    }

    @Test("the second spelling is tried when the first brings an HTML page: the NAP lies under either name")
    func spellings() async throws {
        let zip = try RollFiles.sampleZip(.nap)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, _ in
                request.path.contains("TPP") ? .htmlPage : .file(zip, tag: "\"1\"", request)
            } _: { portal in
                let file = try await download(workers, portal, "NAP")["file"]
                #expect(file?["name"] == "NAP16P202501.zip")
                #expect(portal.requests.count == 2)
            }
        }
    }

    @Test("an HTML page with status 200 is refused for good, with the address and what was found there")
    func htmlPage() async throws {
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { _, _ in
                .htmlPage
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "file_not_found")
                #expect(
                    failure.message.contains("\(portal.base)/SDF/2025P/Broward%2016%20Preliminary%20SDF%202025.zip")
                )
                #expect(failure.message.contains("HTML page of \(PortalAnswer.htmlPage.body.count) bytes"))
                #expect(!failure.isRetryable)
                #expect(!FileManager.default.fileExists(atPath: "\(workers.folder)/downloads/SDF16P202501.zip"))
            }
        }
    }

    @Test(
        "an answer's status decides whether another attempt may help",
        arguments: [
            ("404 Not Found", "file_not_found", false), ("410 Gone", "file_not_found", false),
            ("403 Forbidden", "source_refused", false), ("500 Internal Server Error", "source_unavailable", true),
            ("503 Service Unavailable", "source_unavailable", true),
            ("429 Too Many Requests", "source_unavailable", true),
        ]
    )
    func status(status: String, code: String, isRetryable: Bool) async throws {
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { _, _ in
                PortalAnswer(status: status, headers: [("Retry-After", "7")])
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == code)
                #expect(failure.isRetryable == isRetryable)
                #expect(failure.retryAfterMilliseconds == (isRetryable ? 7_000 : nil))
                #expect(failure.message.contains(String(status.prefix(3))))
            }
        }
    }

    @Test("an empty answer is no file")
    func empty() async throws {
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { _, _ in
                PortalAnswer()
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "file_not_found")
                #expect(failure.message.contains("empty body"))
            }
        }
    }

    @Test(
        "what came before a break is kept, and the next attempt asks for the rest",
        arguments: [PortalAnswer.Ending.close, .reset]
    )
    func resume(ending: PortalAnswer.Ending) async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        let half = zip.count / 2
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, number in
                var answer = PortalAnswer.file(zip, tag: "\"1\"", request)
                if number == 1 {
                    answer.sent = half
                    answer.ending = ending
                }
                return answer
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.isRetryable)
                let result = try await download(workers, portal)
                // After a reset the kernel may drop what had arrived but was not read yet.
                let range = portal.requests.last?.headers["range"]
                if ending == .close { #expect(range == "bytes=\(half)-") }
                let stored = FileManager.default.contents(atPath: try #require(result["file"]?["path"]?.string))
                #expect(stored == Data(zip))
                #expect(workers.leftovers.isEmpty)
            }
        }
    }

    @Test("a file that changed between two attempts is fetched from its start")
    func changedMeanwhile() async throws {
        let old = try RollFiles.sampleZip(.nal)
        let new = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, number in
                guard number == 1 else { return .file(new, tag: "\"new\"", request) }
                var answer = PortalAnswer.file(old, tag: "\"old\"", request)
                answer.sent = old.count / 2
                return answer
            } _: { portal in
                _ = try await jobFailure { _ = try await download(workers, portal) }
                let result = try await download(workers, portal)
                #expect(portal.requests.last?.headers["if-range"] == "\"old\"")
                let stored = FileManager.default.contents(atPath: try #require(result["file"]?["path"]?.string))
                #expect(stored == Data(new))
            }
        }
    }

    @Test("two halves that do not fit are thrown away, and the next attempt gets the file")
    func mixedHalves() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        let other = try RollFiles.zip(name: "SDF16P202501.csv", String(repeating: "other,content\n", count: 40_000))
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, number in
                // A server that gives two versions one tag.
                var answer = PortalAnswer.file(number == 1 ? other : zip, tag: "\"1\"", request)
                if number == 1 { answer.sent = 300 }
                return answer
            } _: { portal in
                _ = try await jobFailure { _ = try await download(workers, portal) }
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(["corrupt_archive", "truncated_archive"].contains(failure.code))
                #expect(failure.isRetryable)
                let result = try await download(workers, portal)
                let stored = FileManager.default.contents(atPath: try #require(result["file"]?["path"]?.string))
                #expect(stored == Data(zip))
            }
        }
    }

    @Test("a server that says nothing is given up after the idle time, and can be tried again")
    func silence() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run {
            $0.http.idleTimeout = .milliseconds(300)
        } _: { workers in
            try await LoopbackPortal.run { request, _ in
                var answer = PortalAnswer.file(zip, tag: "\"1\"", request)
                answer.sent = 100
                answer.ending = .silence
                return answer
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "source_timed_out")
                #expect(failure.isRetryable)
            }
        }
    }

    @Test("a server that sends too slowly is given up after the total time, and what came is kept")
    func slow() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run {
            $0.http.totalTimeout = .milliseconds(1_500)
        } _: { workers in
            try await LoopbackPortal.run { request, number in
                var answer = PortalAnswer.file(zip, tag: "\"1\"", request)
                if number == 1 {
                    answer.sent = 500
                    answer.ending = .drip
                }
                return answer
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "source_timed_out")
                #expect(failure.isRetryable)
                var patient = workers.environment
                patient.http.totalTimeout = .seconds(600)
                _ = try await download(TestWorkers(environment: patient), portal)
                #expect(portal.requests.last?.headers["range"] != nil)
            }
        }
    }

    @Test("several downloads of one file at once all get it")
    func atOnce() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, _ in
                .file(zip, tag: "\"1\"", request)
            } _: { portal in
                let base = portal.base
                let hashes = try await withThrowingTaskGroup(of: String?.self) { group in
                    for _ in 0..<8 {
                        group.addTask { try await workers.download("SDF", source: base)["sha256"]?.string }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(hashes.count == 1)
                #expect(workers.leftovers.isEmpty)
            }
        }
    }

    @Test("a source that nobody serves can be tried again")
    func refused() async throws {
        try await TestWorkers.run {
            $0.http.connectTimeout = .milliseconds(300)
        } _: { workers in
            // A port that was free a moment ago.
            let base = try await LoopbackPortal.run { _, _ in
                PortalAnswer()
            } _: {
                $0.base
            }
            let failure = try await workers.failure(
                "florida_data",
                "download",
                TestWorkers.broward("SDF", source: base)
            )
            #expect(["source_unavailable", "source_timed_out"].contains(failure.code))
            #expect(failure.isRetryable)
        }
    }

    @Test("a cancelled download ends at once and leaves no file in the store")
    func cancelled() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        // The server says nothing more, and no time limit of the client is near: only the cancellation can end it.
        try await TestWorkers.run {
            $0.http.idleTimeout = .seconds(3_600)
            $0.http.totalTimeout = .seconds(3_600)
        } _: { workers in
            let asked = AsyncStream.makeStream(of: Void.self)
            try await LoopbackPortal.run { request, _ in
                var answer = PortalAnswer.file(zip, tag: "\"1\"", request)
                answer.sent = 1_000
                answer.ending = .silence
                asked.continuation.yield()
                return answer
            } _: { portal in
                let base = portal.base
                let task = Task {
                    try await workers.run("florida_data", "download", TestWorkers.broward("SDF", source: base))
                }
                for await _ in asked.stream { break }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                let stored = try FileManager.default.contentsOfDirectory(atPath: "\(workers.folder)/downloads")
                #expect(stored == ["incoming"])
            }
        }
    }

    @Test("a redirect within loopback is followed, one to plain http elsewhere is not")
    func redirects() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run { workers in
            try await LoopbackPortal.run { request, number in
                number == 1
                    ? PortalAnswer(status: "302 Found", headers: [("Location", "/elsewhere.zip")])
                    : .file(zip, tag: "\"1\"", request)
            } _: { portal in
                _ = try await download(workers, portal)
                #expect(portal.requests.map(\.path) == [Self.path, "/elsewhere.zip"])
            }
            try await LoopbackPortal.run { _, _ in
                PortalAnswer(status: "302 Found", headers: [("Location", "http://example.com/x.zip")])
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "unsafe_redirect")
            }
        }
    }

    @Test("a file above the limit is not fetched")
    func tooLarge() async throws {
        let zip = try RollFiles.sampleZip(.sdf)
        try await TestWorkers.run {
            $0.http.maximumBytes = 1_000
        } _: { workers in
            try await LoopbackPortal.run { request, _ in
                var answer = PortalAnswer.file(zip, tag: "\"1\"", request)
                // Also where the server does not say how long the file is.
                answer.statesLength = request.headers["range"] != nil
                return answer
            } _: { portal in
                let failure = try await jobFailure { _ = try await download(workers, portal) }
                #expect(failure.code == "file_too_large")
                #expect(!failure.isRetryable)
            }
        }
    }
}
