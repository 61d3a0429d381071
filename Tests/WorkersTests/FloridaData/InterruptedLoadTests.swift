import JobQueue
import Logging
import PostgresClient
import PrivateServers
import TestSupport
import Testing
import Workers

@testable import PropertyData

@Suite("An interrupted load", .postgresServer, .timeLimit(.minutes(5)))
struct InterruptedLoadTests {
    /// Enough rows for several pieces of the file.
    private static func manyRows() throws -> [String] {
        let lines = try RollFiles.sampleLines(.sdf)
        let place = try #require(lines[0].split(separator: ",").firstIndex { $0 == "SALE_ID_CD" })
        return [lines[0]]
            + (0..<20_000).map { number in
                var cells = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                cells[place] = "\"9900\(number)\""
                return cells.joined(separator: ",")
            }
    }

    @Test("a process that is cancelled in the middle leaves nothing staged, and runs through when tried again")
    func cancelledProcess() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let source = try RollFiles.source(.sdf, Self.manyRows(), in: workers.folder)
            let file = try await workers.download("SDF", source: source)
            let reports = Reports()
            let task = Task {
                try await workers.run("florida_data", "process", ["file": file], job: "op-2:E2") { report in
                    reports.add(report)
                    // In the middle of the file, with rows already on their way to the server.
                    if report.done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            let last = try #require(reports.all.last)
            #expect(last.done < (last.total ?? 0))
            #expect(try await client.number("SELECT count(*) FROM staged_files") == 0)
            #expect(try await client.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'staging_%'") == 0)
            let again = try await workers.run("florida_data", "process", ["file": file], job: "op-2:E2")
            #expect(again.result["rows_valid"] == 20_000)
        }
    }

    @Test("an upload that is cancelled in the middle leaves no live row, and runs through when tried again")
    func cancelledUpload() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let process = try await workers.stage(
                "SDF",
                source: RollFiles.source(.sdf, Self.manyRows(), in: workers.folder)
            )
            let task = try await client.withTransaction { blocker in
                // Rows can be counted, but not written.
                try await blocker.execute(script: "LOCK TABLE sales IN SHARE MODE")
                let task = Task { try await workers.upload(process) }
                while try await client.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0 {
                    await Task.yield()
                }
                task.cancel()
                // The lock is held until the upload has ended: without the cancellation it would wait forever.
                await #expect(throws: CancellationError.self) { try await task.value }
                return task
            }
            _ = task
            #expect(try await client.number("SELECT count(*) FROM sales") == 0)
            #expect(try await client.number("SELECT count(*) FROM source_files") == 0)
            let again = try await workers.upload(process)
            #expect(again.result["rows_live"] == 20_000)
        }
    }

    @Test("a server killed during an upload makes a failure worth another attempt, which then loads every row once")
    func killedServer() async throws {
        let server = try await PrivatePostgres.start(settings: ["fsync": "off"])
        let configuration = try PostgresConfiguration(url: server.url)
        let client = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
        try await TestWorkers.run {
            $0.postgres = client
        } _: { workers in
            try await workers.environment.prepare()
            let process = try await workers.stage(
                "SDF",
                source: RollFiles.source(.sdf, Self.manyRows(), in: workers.folder)
            )
            await server.kill()
            let failure = try await jobFailure { _ = try await workers.upload(process) }
            #expect(failure.code == "database_unavailable")
            #expect(failure.isRetryable)
            try await server.restart()
            #expect(try await client.number("SELECT count(*) FROM sales") == 0)
            // The crash has emptied the staging table, which is not logged: the upload fills it again from the file.
            #expect(try await workers.upload(process).result["rows_live"] == 20_000)
            #expect(try await client.number("SELECT count(*) FROM sales") == 20_000)
        }
        await client.close()
        await server.terminate()
    }
}
