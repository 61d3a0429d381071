import JobQueue
import Logging
import PostgresClient
import PrivateServers
import TestSupport
import Testing
import Workers

@Suite("Monitoring of health", .postgresServer, .redisServer(["appendonly": "yes"]), .timeLimit(.minutes(5)))
struct MonitorHealthTests {
    @Test("measures what is there, each finding with its value and threshold")
    func healthy() async throws {
        try await TestWorkers.runWithQueue { workers, client, _ in
            let parameters: JSONValue = ["components": ["redis", "postgres", "streams", "workers", "disk"]]
            let outcome = try await workers.checked("performance", "monitor_health", parameters, job: "health-1")
            #expect(outcome.confidence == 1)
            let findings = try #require(outcome.result["findings"]?.elements)
            let latencies = findings.filter { $0["subject"] == "latency" }
            #expect(latencies.count == 2)
            #expect(latencies.allSatisfy { ($0["value"]?.double ?? 0) > 0 && $0["threshold"] == 100 })
            // Nobody works here: each kind is told as missing.
            let kinds = findings.filter { $0["component"] == "workers" }
            #expect(kinds.count == WorkerCatalog.kinds.count)
            #expect(kinds.allSatisfy { $0["status"] == "warning" })
            let points = try await client.number("SELECT count(*) FROM metric_points")
            #expect(points >= 5)
            _ = try await workers.checked("performance", "monitor_health", parameters, job: "health-1")
            #expect(try await client.number("SELECT count(*) FROM metric_points") == points)
        }
    }

    @Test("what is not configured is unknown and lowers the confidence")
    func unconfigured() async throws {
        try await TestWorkers.run { workers in
            let outcome = try await workers.checked("performance", "monitor_health")
            let unknown = outcome.result["components"]?.elements?.filter { $0["status"] == "unknown" }
            #expect(unknown?.count == 5)
            #expect(abs(outcome.confidence - 1.0 / 6) < 1e-9)
        }
    }

    @Test("a component that is down is a critical issue, and the others are still looked at")
    func down() async throws {
        let port = try LoopbackPort.chosen(nil)
        try await TestWorkers.runWithQueue(configure: { $0.apiURL = "http://127.0.0.1:\(port)" }) { workers, _, _ in
            var broken = workers.environment
            var configuration = try PostgresConfiguration(url: "postgres://127.0.0.1:\(port)/none")
            configuration.connectTimeout = .seconds(2)
            broken.postgres = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
            // A busy machine answers late, which is another matter.
            let patient: JSONValue = ["thresholds": ["latency_warning_ms": 60_000, "latency_critical_ms": 90_000]]
            let outcome = try await TestWorkers(environment: broken).checked("performance", "monitor_health", patient)
            #expect(outcome.result["status"] == "critical")
            let critical = outcome.result.issues.filter { $0["type"] == "connection" && $0["severity"] == "critical" }
            #expect(Set(critical.compactMap { $0["subject"]?.string }) == ["postgres connection", "api connection"])
            let redis = outcome.result["components"]?.elements?.first { $0["component"] == "redis" }
            #expect(redis?["status"] == "ok")
            #expect(outcome.confidence == 1)
            await broken.postgres?.close()
        }
    }

    @Test("ready jobs without a worker are critical")
    func stuck() async throws {
        try await TestWorkers.runWithQueue { workers, _, queue in
            _ = try await queue.enqueue(try NewJob(queue: "sunbiz", action: "sync", parameters: [String: String]()))
            let parameters: JSONValue = ["components": ["streams"]]
            let outcome = try await workers.checked("performance", "monitor_health", parameters)
            #expect(outcome.result["status"] == "critical")
            let issue = try #require(outcome.result.issues.first)
            #expect(issue["subject"] == "streams sunbiz")
            #expect(issue["message"]?.string?.contains("no live worker") == true)
        }
    }

    @Test("thresholds are the caller's")
    func thresholds() async throws {
        try await TestWorkers.run { workers in
            let parameters: JSONValue = ["components": ["disk"], "thresholds": ["disk_warning_share": 0]]
            let outcome = try await workers.checked("performance", "monitor_health", parameters)
            #expect(outcome.result["status"] != "ok")
        }
    }

    @Test("an unknown component is refused with the known ones")
    func unknown() async throws {
        try await TestWorkers.run { workers in
            let failure = try await workers.failure("performance", "monitor_health", ["components": ["gpu"]])
            #expect(failure.field == "components[0]")
            #expect(failure.message.contains("postgres"))
            #expect(
                workers.describe("performance", "monitor_health")?.parameters.defects(in: ["components": ["gpu"]]).count
                    == 1
            )
        }
    }
}
