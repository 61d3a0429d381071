import Foundation
import JobModel
import PrivateServers
import Testing

@Suite("A county file through the whole system", .serialized, .timeLimit(.minutes(10)))
struct PipelineTests {
    private func create(
        _ deployment: Deployment,
        _ dataset: String,
        _ source: String,
        wait: Bool = true
    ) async throws -> Deployment.Output {
        try await deployment.run(
            [
                "operation", "create", "data_pipeline", "--param", "counties=BROWARD", "--param", "datasets=\(dataset)",
                "--param", "year=2025", "--param", "source=\(source)", "--timeout", "30m", "--json",
            ] + (wait ? ["--wait"] : [])
        )
    }

    private func rows(_ report: JSONValue, _ action: String, _ field: String) -> Int? {
        guard case .array(let steps)? = report["result"]?["results"] else { return nil }
        return steps.first { $0["action"]?.string == action }?["result"]?[field]?.int
    }

    @Test(
        "every row of the real file arrives once, also when it is loaded twice",
        .enabled(if: Deployment.realFiles != nil, "the real files are not on this machine"),
        arguments: [("SDF", "sales", 95_332), ("NAP", "tangible", 90_508)]
    )
    func real(dataset: String, table: String, rows expected: Int) async throws {
        try await Deployment.with { deployment in
            try await deployment.startAll()
            let source = "file:" + (Deployment.realFiles ?? "")
            for _ in 0..<2 {
                let output = try await create(deployment, dataset, source)
                let report = try output.json
                #expect(output.status == 0, "\(output.lines.suffix(3))")
                #expect(report["status"] == "completed")
                #expect(rows(report, "process", "rows_valid") == expected)
                #expect(rows(report, "upload", "rows_live") == expected)
                #expect(try await deployment.query("select count(*) from \(table)") == String(expected))
            }
        }
    }

    /// How many rows the synthetic roll has: a few, or as many as CONCORD_SYNTHETIC_ROWS says.
    private static let syntheticRows =
        ProcessInfo.processInfo.environment["CONCORD_SYNTHETIC_ROWS"].flatMap { Int($0) } ?? 20_000

    @Test("a wide roll of many rows goes from its source to its table within 256 MiB a worker process")
    func synthetic() async throws {
        try await Deployment.with { deployment in
            let rolls = deployment.folder + "/rolls"
            let script = Process()
            script.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            script.arguments = [
                "python3", "scripts/synthetic-roll", "--rows", "\(Self.syntheticRows)", "--invalid", "1000", "--output",
                rolls,
            ]
            script.standardOutput = FileHandle.nullDevice
            try script.run()
            script.waitUntilExit()
            try #require(script.terminationStatus == 0)
            try await deployment.startAll()
            let output = try await create(deployment, "NAL", "file:" + rolls)
            #expect(output.status == 0, "\(output.lines.suffix(3))")
            let report = try output.json
            let valid = Self.syntheticRows - Self.syntheticRows / 1_000
            #expect(rows(report, "process", "rows_read") == Self.syntheticRows)
            #expect(rows(report, "process", "rows_valid") == valid)
            #expect(rows(report, "upload", "rows_live") == valid)
            #expect(try await deployment.query("select count(*) from parcels") == String(valid))
            for worker in ["worker-florida_data", "worker-data_quality"] {
                let peak = try deployment.peakMebibytes(worker)
                #expect(peak <= 256, "\(worker) had \(peak) MiB resident")
            }
        }
    }

    @Test("the sample goes through whole, and says that it is a sample")
    func sample() async throws {
        try await Deployment.with { deployment in
            try await deployment.startAll()
            let output = try await create(deployment, "SDF,NAP,NAL", "")
            #expect(output.status == 0, "\(output.lines.suffix(3))")
            #expect(try output.json["status"] == "completed")
            #expect(output.lines.last?.contains(#""is_sample":true"#) == true)
        }
    }

    @Test("workers and the orchestrator killed again and again do not keep the tables from being right")
    func kills() async throws {
        try await Deployment.with { deployment in
            try await deployment.startAll()
            let isReal = Deployment.realFiles != nil
            let source = Deployment.realFiles.map { "file:" + $0 } ?? ""
            let created = try await create(deployment, "SDF", source, wait: false)
            let id = try #require(try created.json["operation_id"]?.string)
            let roles = [["worker", "florida_data"], ["worker", "data_quality"], ["orchestrator"]]
            for round in 0..<6 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 200...1500)))
                try await deployment.kill(roles[round % 3])
            }
            let report = try await ended(id, deployment)
            #expect(report["status"] == "completed", "\(report["error"]?.string ?? "")")
            let loaded = try #require(rows(report, "upload", "rows_live"))
            if isReal { #expect(loaded == 95_332) }
            #expect(try await deployment.query("select count(*) from sales") == String(loaded))
            let keys = "select count(distinct (co_no, asmnt_yr, roll, parcel_id, sale_id_cd)) from sales"
            #expect(try await deployment.query(keys) == String(loaded))
        }
    }

    @Test("PostgreSQL and Redis killed and restarted in the middle need no restart of a process")
    func servers() async throws {
        try await Deployment.with { deployment in
            try await deployment.startAll()
            let source = Deployment.realFiles.map { "file:" + $0 } ?? ""
            let created = try await create(deployment, "NAP", source, wait: false)
            let id = try #require(try created.json["operation_id"]?.string)
            try await Task.sleep(for: .milliseconds(700))
            await deployment.postgres.kill()
            try await Task.sleep(for: .milliseconds(500))
            try await deployment.postgres.restart()
            try await Task.sleep(for: .milliseconds(500))
            await deployment.redis.kill()
            try await deployment.redis.restart()
            let report = try await ended(id, deployment)
            #expect(report["status"] == "completed", "\(report["error"]?.string ?? "")")
            let loaded = try #require(rows(report, "upload", "rows_live"))
            #expect(try await deployment.query("select count(*) from tangible") == String(loaded))
        }
    }

    private func ended(_ id: String, _ deployment: Deployment) async throws -> JSONValue {
        while true {
            let output = try await deployment.run(["operation", "show", id, "--json"])
            if let report = try? output.json, let status = report["status"]?.string,
                ["completed", "failed", "cancelled", "escalating"].contains(status)
            {
                return report
            }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}
