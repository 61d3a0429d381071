import JobModel
import JobQueue
import PrivateServers
import Testing
import TestSupport

@testable import Gateway

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct MetricsTests {
    @Test("The orchestrator's metrics are text of the format, and count what happened")
    func orchestrator() async throws {
        try await GatewaySystem.test { _, api in
            for _ in 0..<3 {
                let id = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#)
                _ = try await api.job(id, reaches: "completed")
            }
            _ = try await api.enqueue(#"{"queue":"idle","action":"a","priority":9}"#)
            _ = try await api.enqueue(#"{"queue":"idle","action":"a","delay_ms":60000}"#)
            let answer = try await api.get("/metrics")
            #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            let metrics = try Exposition(answer.text)
            #expect(metrics["concord_jobs_total", ["queue": "test_worker", "event": "completed"]] == 3)
            #expect(metrics["concord_queue_ready_jobs", ["queue": "idle", "lane": "high"]] == 1)
            #expect(metrics["concord_queue_delayed_jobs", ["queue": "idle"]] == 1)
            #expect(metrics["concord_queue_paused", ["queue": "idle"]] == 0)
            #expect(metrics["concord_operations_active"] == 0)
            #expect(metrics["concord_escalations_open"] == 0)
            #expect(metrics["concord_redis_up"] == 1)
            #expect(metrics["concord_listeners"] == 0)
            #expect(metrics["process_resident_memory_bytes"] ?? 0 > 1_000_000)
            #expect(metrics["process_cpu_seconds_total"] ?? 0 > 0)
            #expect(metrics["process_open_fds"] ?? 0 > 3)
            #expect(metrics["process_start_time_seconds"] ?? 0 > 1_700_000_000)
            #expect(metrics["concord_build_info", ["version": ConcordVersion.current]] == 1)
            #expect(metrics.types["concord_jobs_total"] == "counter")
            #expect(metrics.types["concord_queue_ready_jobs"] == "gauge")
        }
    }

    @Test("Without Redis the process' own metrics are still told", .redisServer())
    func withoutRedis() async throws {
        let server = try RedisServerTrait.server
        var options = GatewaySystem.Options.idle
        options.configuration.healthTimeout = .seconds(2)
        try await GatewaySystem.test(options) { _, api in
            await server.kill()
            let answer = try await api.get("/metrics")
            #expect(answer.status == 200)
            let metrics = try Exposition(answer.text)
            #expect(metrics["concord_redis_up"] == 0)
            #expect(metrics["process_resident_memory_bytes"] ?? 0 > 1_000_000)
            #expect(metrics["concord_operations_active"] == nil)
        }
    }

    @Test("What the format does not allow in a text is escaped")
    func escapes() throws {
        var text = MetricsText()
        text.add(
            "m",
            .gauge,
            "back\\slash and\nline",
            [MetricsText.Sample(1.5, ("label", "quote\" back\\ line\n")), MetricsText.Sample(.infinity)]
        )
        text.add("none", .counter, "has no sample", [])
        let metrics = try Exposition(text.text)
        #expect(metrics["m", ["label": "quote\" back\\ line\n"]] == 1.5)
        #expect(metrics["m"] == .infinity)
        #expect(metrics.types["none"] == nil)
    }
}
