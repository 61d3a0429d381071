import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Analysis of performance", .postgresServer, .redisServer(), .timeLimit(.minutes(5)))
struct AnalyzePerformanceTests {
    /// Fills the history with one action's run times: now, and some days ago.
    private static func record(_ runs: [Double], daysAgo: Double, _ client: PostgresClient) async throws {
        try await client.execute(
            """
            INSERT INTO performance_samples (job_id, queue, action, outcome, created_at, began_at, ended_at, wait_ms, run_ms,
                attempts, deliveries)
            SELECT 'made-' || $3::text || '-' || place, 'florida_data', 'process', 'completed', at, at, at, 1, run::float8, 0, 1
            FROM unnest($1) WITH ORDINALITY AS r (run, place),
                LATERAL (SELECT now() - make_interval(secs => $2 * 86400 + place * 60) AS at) t
            """,
            [.textArray(runs.map { String($0) }), .double(daysAgo), .text(String(daysAgo))]
        )
    }

    @Test("collects each ended job once, with its times")
    func collects() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await workers.withWorkers(["ai_ml"], on: queue) {
                for _ in 0..<25 {
                    let job = try NewJob(queue: "ai_ml", action: "store_rules", parameters: [String: String]())
                    _ = try await queue.ended(try await queue.enqueue(job).id)
                }
                let bad = try NewJob(queue: "ai_ml", action: "store_rules", parameters: ["rules": "none"])
                #expect(try await queue.ended(try await queue.enqueue(bad).id).state == .dead)
            }
            let outcome = try await workers.checked("performance", "analyze_performance")
            #expect(outcome.result["collected"] == 26)
            #expect(outcome.result["missed"] == 0)
            let action = try #require(outcome.result["actions"]?[0])
            #expect(action["action"] == "store_rules")
            #expect(action["ended"] == 26)
            #expect(action["dead"] == 1)
            #expect((action["window"]?["p50_ms"]?.double ?? -1) >= 0)
            #expect(action["verdict"] == "too_few")
            let again = try await workers.checked("performance", "analyze_performance")
            #expect(again.result["collected"] == 0)
            #expect(try await client.number("SELECT count(*) FROM performance_samples") == 26)
        }
    }

    @Test("ends that were trimmed before they were read are counted as missed")
    func missed() async throws {
        try await TestWorkers.runWithQueue { workers, client, queue in
            try await workers.withWorkers(["ai_ml"], on: queue) {
                for round in 0..<2 {
                    for _ in 0..<3 {
                        let job = try NewJob(queue: "ai_ml", action: "store_rules", parameters: [String: String]())
                        _ = try await queue.ended(try await queue.enqueue(job).id)
                    }
                    if round == 0 { _ = try await workers.checked("performance", "analyze_performance") }
                }
            }
            // As if the stream had been trimmed past the second round.
            try await client.execute("UPDATE performance_cursors SET event_id = '99999999999999-0'")
            let outcome = try await workers.checked("performance", "analyze_performance")
            #expect(outcome.result["missed"] == 3)
            let part = try #require(outcome.parts.first { $0.name == "history_collected" })
            #expect(abs(part.value - 0.5) < 1e-9)
        }
    }

    @Test("tells a regression from noise")
    func regression() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await Self.record((0..<60).map { 100 + Double($0 % 7) }, daysAgo: 2, client)
            try await Self.record((0..<40).map { 250 + Double($0 % 9) }, daysAgo: 0, client)
            let outcome = try await workers.checked("performance", "analyze_performance")
            let action = try #require(outcome.result["actions"]?[0])
            #expect(action["verdict"] == "regression")
            #expect(outcome.result["regressions"] == 1)
            #expect(abs((action["ratio"]?.double ?? 0) - 2.46) < 0.1)
            #expect(outcome.result.issues.first?["subject"] == "florida_data.process")
            let part = try #require(outcome.parts.first { $0.name == "jobs_compared" })
            #expect(part.value == 1)
        }
    }

    @Test("the same times are stable")
    func stable() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            try await Self.record((0..<60).map { 100 + Double($0 % 7) }, daysAgo: 2, client)
            try await Self.record((0..<60).map { 100 + Double($0 % 7) }, daysAgo: 0, client)
            let outcome = try await workers.checked("performance", "analyze_performance")
            #expect(outcome.result["actions"]?[0]?["verdict"] == "stable")
            #expect(outcome.result.issues.isEmpty)
        }
    }

    @Test("without any history it is not confident")
    func empty() async throws {
        try await TestWorkers.runWithQueue { workers, _, _ in
            let outcome = try await workers.checked("performance", "analyze_performance")
            #expect(outcome.result["actions"] == [])
            #expect(outcome.confidence == 0)
        }
    }

    @Test(
        "numbers outside of their range are refused by name",
        arguments: [("window_hours", 0), ("baseline_days", -1), ("regression_factor", 1), ("minimum_samples", 1)]
            as [(String, JSONValue)]
    )
    func wrong(name: String, value: JSONValue) async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let failure = try await workers.failure("performance", "analyze_performance", .object([name: value]))
            #expect(failure.field == name)
            #expect(failure.message.contains(/must be .*from/))
        }
    }
}
