import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Monitoring for anomalies", .postgresServer, .timeLimit(.minutes(5)))
struct RunMonitoringTests {
    @Test("finds what is odd about a roll against the one before it")
    func rolls() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await workers.load("NAL", year: 2024)
            try await workers.load("NAL", year: 2025)
            try await client.execute(
                "UPDATE parcels SET own_name = NULL WHERE asmnt_yr = 2025 AND parcel_id ~ '[1-4]$'"
            )
            try await client.execute("DELETE FROM parcels WHERE asmnt_yr = 2025 AND parcel_id LIKE '%00__'")
            try await client.execute(
                "UPDATE parcels SET state_par_id = 'C16-1' WHERE asmnt_yr = 2025 AND parcel_id LIKE '%012_'"
            )
            let live = try await client.number("SELECT count(*) FROM parcels WHERE asmnt_yr = 2025")
            try #require(live < 150)
            for job in ["monitor-1", "monitor-1"] {
                let outcome = try await workers.checked("ai_ml", "run_monitoring_ai", ["focus_area": "loads"], job: job)
                let found = outcome.result.issues.compactMap { $0["detector"]?.string }
                #expect(Set(found) == ["null_rate", "drop", "duplicates"])
                #expect(outcome.result.issues.allSatisfy { $0["subject"] == "NAL 16 2025P" })
                let blank = outcome.result.issues.first { $0["detector"] == "null_rate" }
                #expect(blank?["message"]?.string?.hasPrefix("own_name is blank") == true)
                #expect((blank?["evidence"]?["found"]?.double ?? 0) > 0.05)
            }
            #expect(try await client.number("SELECT count(*) FROM monitoring_runs") == 1)
            let outcome = try await workers.checked("ai_ml", "run_monitoring_ai")
            #expect(outcome.result["rolls_measured"] == 0)
        }
    }

    @Test("sound rolls raise nothing")
    func sound() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            for dataset in ["SDF", "NAP"] {
                try await workers.load(dataset, year: 2024)
                try await workers.load(dataset, year: 2025)
            }
            let outcome = try await workers.checked("ai_ml", "run_monitoring_ai", ["focus_area": "loads"])
            #expect(outcome.result.issues.isEmpty)
            #expect(outcome.result["rolls_measured"] == 4)
        }
    }

    @Test("finds a spike and a level shift in recorded metrics")
    func series() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await client.execute(
                """
                INSERT INTO metric_points (metric, subject, point_key, at, value)
                SELECT 'health:redis', 'latency', i::text, now() - make_interval(mins => 40 - i),
                    CASE WHEN i = 40 THEN 90 ELSE 1 + (i % 5) * 0.1 END FROM generate_series(1, 40) i
                UNION ALL
                SELECT 'health:postgres', 'latency', i::text, now() - make_interval(mins => 40 - i),
                    CASE WHEN i > 30 THEN 2.5 ELSE 1 END + (i % 5) * 0.1 FROM generate_series(1, 40) i
                """
            )
            let outcome = try await workers.checked("ai_ml", "run_monitoring_ai", ["focus_area": "health"])
            let found = outcome.result.issues.map { "\($0["detector"]?.string ?? "") \($0["subject"]?.string ?? "")" }
            #expect(found.contains("spike health:redis latency"))
            #expect(found.contains("level_shift health:postgres latency"))
            #expect(outcome.result["judged"] == 2)
            #expect(outcome.confidence > 0.9)
        }
    }

    @Test("a stored rule changes from where on a detector alarms, from the next run on")
    func rules() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await client.execute(
                """
                INSERT INTO metric_points (metric, subject, point_key, at, value)
                SELECT 'health:redis', 'latency', i::text, now() - make_interval(mins => 40 - i),
                    CASE WHEN i = 40 THEN 9 ELSE 1 + (i % 5) * 0.1 END FROM generate_series(1, 40) i
                """
            )
            let focus: JSONValue = ["focus_area": "health"]
            #expect(try await workers.checked("ai_ml", "run_monitoring_ai", focus).result.issues.count == 1)
            let rule: JSONValue = [
                "rule_id": "spikes", "kind": "detector_threshold", "body": ["detector": "spike", "threshold": 500],
            ]
            _ = try await workers.checked("ai_ml", "store_rules", ["rules": [rule]])
            let outcome = try await workers.checked("ai_ml", "run_monitoring_ai", focus)
            #expect(outcome.result.issues.isEmpty)
            let spike = outcome.result["detectors"]?.elements?.first { $0["detector"] == "spike" }
            #expect(spike?["threshold"] == 500)
        }
    }

    @Test("with nothing recorded there is nothing to be sure of")
    func empty() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let outcome = try await workers.checked("ai_ml", "run_monitoring_ai")
            #expect(outcome.result["series"] == 0)
            #expect(outcome.confidence == 0)
        }
    }

    @Test("an unknown area and an impossible span are refused by name")
    func wrong() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let area = try await workers.failure("ai_ml", "run_monitoring_ai", ["focus_area": "weather"])
            #expect(area.field == "focus_area")
            let span = try await workers.failure("ai_ml", "run_monitoring_ai", ["since_days": 0])
            #expect(span.field == "since_days")
        }
    }

    @Test("a cancelled run stops")
    func cancelled() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            for year in 2021...2025 { try await workers.load("NAP", year: year) }
            let (reports, reported) = AsyncStream.makeStream(of: JobProgress.self)
            let task = Task {
                defer { reported.finish() }
                return try await workers.run("ai_ml", "run_monitoring_ai", ["focus_area": "loads"]) {
                    reported.yield($0)
                }
            }
            for await report in reports where report.unit == "rolls" { break }
            task.cancel()
            if case .failure(let error) = await task.result { #expect(!(error is JobFailure)) }
            let outcome = try await workers.checked("ai_ml", "run_monitoring_ai", ["focus_area": "loads"])
            #expect(outcome.result["judged"] == 1)
        }
    }
}
