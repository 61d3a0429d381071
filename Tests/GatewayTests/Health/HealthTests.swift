import Hummingbird
import JobModel
import JobQueue
import Testing
import TestSupport

@testable import Gateway

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct HealthTests {
    @Test("Health has the fields that clients know, and counts worker kinds, not processes")
    func isHealthy() async throws {
        try await GatewaySystem.test { system, api in
            let second = Worker(
                configuration: WorkerConfiguration(queue: "test_worker"),
                actions: [Echo()],
                on: system.queue,
                logger: system.logger
            )
            let agent = Worker(
                configuration: WorkerConfiguration(queue: "historian"),
                actions: [Echo()],
                on: system.queue,
                logger: system.logger
            )
            try await withThrowingTaskGroup { group in
                for worker in [second, agent] { group.addTask { try await worker.run() } }
                let health = try await api.read("/health") { answer in
                    answer["workers"]?["test_worker"] == 2 && answer["agents"]?["historian"] == 1
                        && answer.status == 200
                }
                #expect(health["status"] == "healthy")
                #expect(health["reason"] == nil)
                #expect(health["redis_connected"] == true)
                #expect(health["langgraph_available"] == true)
                #expect(health["active_operations"] == 0)
                #expect(health["escalation_queue"] == 0)
                #expect(health["registered_workers"] == 1)
                let config: JSONValue = [
                    "confidence_threshold": 0.7, "context_compression": true, "rewoo_planning": true,
                ]
                #expect(health["config"] == config)
                #expect(health["version"]?.string == ConcordVersion.current)
                #expect(health["durability"]?["append_fsync"] == "off")
                #expect(health["durability"]?["eviction_policy"] == "noeviction")
                #expect(health["durability"]?["warnings"]?[0]?.string?.contains("appendonly") == true)
                group.cancelAll()
                while let _ = await group.nextResult() {}
            }
        }
    }

    @Test("Health counts open operations and waiting escalations")
    func counts() async throws {
        try await GatewaySystem.test { _, api in
            let body = #"{"operation_type":"test_flow","parameters":{"percent":10}}"#
            _ = try await api.post("/operations", body)
            let health = try await api.read("/health") { $0["escalation_queue"] == 1 }
            #expect(health["active_operations"] == 1)
        }
    }

    @Test("An orchestrator that does not fetch is unhealthy and says so")
    func isStalled() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let health = try await api.get("/health")
            #expect(health.status == 503)
            #expect(health["status"] == "unhealthy")
            #expect(health["reason"] == "starting")
            #expect(health["redis_connected"] == true)
            #expect(health["registered_workers"] == 0)
        }
    }

    @Test(
        "A server that keeps its data is described as such",
        .redisServer(["appendonly": "yes", "maxmemory-policy": "allkeys-lru"])
    )
    func durability() async throws {
        try await GatewaySystem.test { _, api in
            let health = try await api.read("/health") { $0.status == 200 }
            #expect(health["durability"]?["append_fsync"] == "everysec")
            #expect(health["durability"]?["warnings"]?[0]?.string?.contains("allkeys-lru") == true)
            #expect(health["durability"]?["warnings"]?[1] == nil)
        }
    }

    @Test("A HEAD request answers as GET does, without the body")
    func head() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.call(.head, "/health")
            #expect(answer.status == 503)
            #expect(answer.text == "")
        }
    }
}
