import Glibc
import JobModel
import JobQueue
import PrivateServers
import RedisClient
import Testing
import TestSupport

@testable import Gateway

/// Redis ends and comes back under a running server.
@Suite(.timeLimit(.minutes(3)))
struct OutageTests {
    private static let flow = #"{"operation_type":"test_flow"}"#

    @Test(
        "An idempotency key answers the same operation from another server on a Redis that was killed",
        .redisServer(["appendonly": "yes"])
    )
    func idempotencySurvives() async throws {
        let server = try RedisServerTrait.server
        let options = GatewaySystem.Options()
        let headers = ["Idempotency-Key": "order 66"]
        let first = try await GatewaySystem.test(options) { _, api in
            try await api.post("/operations", Self.flow, headers: headers)
        }
        #expect(first["status"] == "completed")
        await server.kill()
        try await server.restart()
        let second = try await GatewaySystem.test(options) { _, api in
            let again = try await api.post("/operations", Self.flow, headers: headers)
            let other = try await api.post("/operations", Self.flow, headers: ["Idempotency-Key": "order 67"])
            #expect(other["operation_id"] != again["operation_id"])
            return again
        }
        #expect(second.json == first.json)
    }

    @Test(
        "Without Redis every path answers 503 and says when to ask again; with it back, the same server serves",
        .redisServer(["appendonly": "yes"])
    )
    func recovers() async throws {
        let server = try RedisServerTrait.server
        var options = GatewaySystem.Options()
        options.configuration.healthTimeout = .seconds(2)
        try await GatewaySystem.test(options) { system, api in
            let before = try await api.post("/operations", Self.flow)
            let id = try #require(before["operation_id"]?.string)
            _ = try await api.read("/health") { $0.status == 200 }
            await server.kill()

            let began = ContinuousClock.now
            let health = try await api.get("/health")
            #expect(ContinuousClock.now - began < .seconds(10))
            #expect(health.status == 503)
            #expect(health["status"] == "unhealthy")
            #expect(health["redis_connected"] == false)
            #expect(health["reason"]?.string?.contains("Redis") == true)
            #expect(health["active_operations"] == .null)

            let calls: [@Sendable () async throws -> APIClient.Answer] = [
                { try await api.get("/operations/\(id)") }, { try await api.get("/operations") },
                { try await api.post("/operations", Self.flow) }, { try await api.get("/escalations") },
                { try await api.post("/jobs", #"{"queue":"q","action":"a"}"#) }, { try await api.get("/queues") },
                { try await api.get("/workers") }, { try await api.get("/dead-letters") },
            ]
            let answers = try await withThrowingTaskGroup { group in
                for call in calls { group.addTask { try await call() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == calls.count)
            for answer in answers {
                #expect(answer.status == 503)
                #expect(answer.problem == "unavailable")
                #expect(answer.header("Retry-After") == "2")
            }

            try await server.restart()
            _ = try await api.read("/health") { $0.status == 200 }
            #expect(try await api.get("/operations/\(id)").json == before.json)
            #expect(try await api.post("/operations", Self.flow)["status"] == "completed")
        }
    }

    @Test("A Redis that hangs makes the server unhealthy within the limit of the check", .redisServer())
    func hangs() async throws {
        let server = try RedisServerTrait.server
        var options = GatewaySystem.Options()
        options.configuration.healthTimeout = .seconds(2)
        try await GatewaySystem.test(options) { _, api in
            _ = try await api.read("/health") { $0.status == 200 }
            server.child.signal(SIGSTOP)
            let began = ContinuousClock.now
            let health = try await api.get("/health")
            server.child.signal(SIGCONT)
            #expect(ContinuousClock.now - began < .seconds(10))
            #expect(health.status == 503)
            #expect(health["redis_connected"] == false)
            #expect(health["reason"] == "Redis does not answer within 2.0 seconds")
            _ = try await api.read("/health") { $0.status == 200 }
        }
    }

    @Test(
        "A call that waits while Redis ends says where its operation is found",
        .redisServer(["appendonly": "yes"])
    )
    func endsWhileWaiting() async throws {
        let server = try RedisServerTrait.server
        try await GatewaySystem.test { system, api in
            let events = system.events.subscribe()
            async let answer = api.post("/operations", #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#)
            for await event in events where event.subject.hasSuffix(":E3") && event.state == "running" { break }
            await server.kill()
            let broken = try await answer
            #expect(broken.status == 503)
            let place = try #require(broken.header("Location"))
            try await server.restart()
            system.gate.open()
            let ended = try await api.read(place) { $0["status"] == "completed" }
            #expect("/operations/\(ended["operation_id"]?.string ?? "")" == place)
        }
    }

    @Test("A full Redis takes no new work, and still answers and hands out what it holds", .redisServer())
    func isFull() async throws {
        try await GatewaySystem.test { system, api in
            let id = try await api.enqueue(#"{"queue":"test_worker","action":"hold","parameters":{"hold":"hold"}}"#)
            _ = try await system.queue.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            for (path, body) in [("/operations", Self.flow), ("/jobs", #"{"queue":"q","action":"a"}"#)] {
                let answer = try await api.post(path, body)
                #expect(answer.status == 507)
                #expect(answer.problem == "full")
                #expect(answer.header("Retry-After") == "2")
            }
            system.gate.open()
            _ = try await api.job(id, reaches: "completed")
            _ = try await system.queue.redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            #expect(try await api.post("/operations", Self.flow)["status"] == "completed")
        }
    }
}
