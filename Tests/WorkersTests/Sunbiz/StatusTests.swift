import Foundation
import JobQueue
@testable import PropertyData
import TestSupport
import Testing
import Workers

@Suite("sunbiz.monitor_status and generate_dashboard_metrics", .postgresServer, .timeLimit(.minutes(5)))
struct SunBizStatusTests {
    private func withSource(
        day: String,
        _ names: [String],
        _ body: (TestWorkers, String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sunbiz-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try RegisterFiles.write(names, 10, into: folder)
        let date = try #require(CalendarDate(iso: day))
        let now = Date(timeIntervalSince1970: Double(date.daysSince1970) * 86_400 + 43_200)
        try await TestWorkers.runWithDatabase {
            $0.sunbizSource = "file:\(folder)"
            $0.now = { now }
        } _: { workers, _ in
            try await body(workers, folder)
        }
    }

    @Test("a register that was never loaded is stale and says so")
    func empty() async throws {
        try await withSource(day: "2026-04-14", []) { workers, _ in
            let status = try await workers.run("sunbiz", "monitor_status", [:])
            #expect(status.result["status"] == "stale" && status.result["backlog"] == 0)
            #expect(status.result["reasons"] == ["no file of entities was ever loaded"])
            #expect(status.confidence == 0.5)
        }
    }

    @Test("freshness is counted in business days: a Friday's file is fresh on the Tuesday")
    func freshness() async throws {
        try await withSource(day: "2026-04-14", ["20260410c.txt"]) { workers, folder in
            _ = try await workers.run("sunbiz", "sync_entities", [:])
            let fresh = try await workers.run("sunbiz", "monitor_status", [:])
            #expect(fresh.result["status"] == "healthy" && fresh.result["business_days_behind"] == 1)
            #expect(fresh.result["last_business_day"] == "2026-04-13" && fresh.confidence == 1)
            let strict = try await workers.run("sunbiz", "monitor_status", ["maximum_days_behind": 0])
            #expect(strict.result["status"] == "stale")
            try RegisterFiles.write(["20260413c.txt"], 10, into: folder)
            let behind = try await workers.run("sunbiz", "monitor_status", [:])
            #expect(behind.result["status"] == "degraded" && behind.result["backlog"] == 1)
        }
    }

    @Test("a failed file and a source that is gone degrade the status, and the action itself succeeds")
    func failures() async throws {
        try await withSource(day: "2026-04-14", ["20260413c.txt"]) { workers, folder in
            try Data("x\n".utf8).write(to: URL(filePath: "\(folder)/20260412c.txt"))
            _ = try await workers.run("sunbiz", "sync_entities", [:])
            let failed = try await workers.run("sunbiz", "monitor_status", [:])
            #expect(failed.result["recent_failures"] == 1 && failed.result["status"] == "degraded")
            try FileManager.default.removeItem(atPath: folder)
            let gone = try await workers.run("sunbiz", "monitor_status", [:])
            #expect(gone.result["connection"]?["is_reachable"] == false)
            #expect(gone.result["connection"]?["failure"] == "file_not_found" && gone.confidence == 0.5)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    @Test("the dashboard's numbers are those of the tables, and add up")
    func dashboard() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let empty = try await workers.run("sunbiz", "generate_dashboard_metrics", [:])
            #expect(empty.result["entities"] == 0 && empty.confidence == 0)
            _ = try await workers.run("sunbiz", "sync_entities", [:])
            let outcome = try await workers.run("sunbiz", "generate_dashboard_metrics", ["agents": 3, "days": 366])
            #expect(outcome.result["entities"] == 2_680 && outcome.result["is_sample"] == true)
            #expect(outcome.result["by_status"] == ["A": 2_652, "I": 28])
            #expect(outcome.result["by_filing_type"] == ["FLAL": 670, "DOMP": 1_340, "DOMLP": 670])
            let agents = try await client.number("SELECT count(*) FROM sunbiz_entities WHERE ra_type = 'C'")
            #expect(outcome.result["top_agents"]?.elements?.first?["entities"] == .integer(agents))
            #expect(outcome.result["top_agents"]?.elements?.count == 1)
            #expect(outcome.confidence == 1)
            let again = try await workers.run("sunbiz", "generate_dashboard_metrics", ["agents": 3, "days": 366])
            #expect(again.result == outcome.result)
            let failure = try await workers.failure("sunbiz", "generate_dashboard_metrics", ["days": 0])
            #expect(failure.field == "days")
        }
    }
}
