import Hummingbird
import JobModel
import JobQueue
import Testing
import TestSupport

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct QueuesTests {
    @Test("Queues show what is ready by lane, what is delayed, and since when the oldest waits")
    func lists() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            for priority in [9, 5, 5, 1] {
                _ = try await api.enqueue(#"{"queue":"q","action":"a","priority":\#(priority)}"#)
            }
            _ = try await api.enqueue(#"{"queue":"q","action":"a","delay_ms":60000}"#)
            let answer = try await api.get("/queues")
            #expect(answer.status == 200)
            let depth = try #require(answer["queues"]?[0])
            #expect(depth["queue"] == "q")
            #expect(depth["paused"] == false)
            #expect(depth["ready"] == 4)
            #expect(depth["lanes"] == ["high": 1, "normal": 2, "low": 1])
            #expect(depth["delayed"] == 1)
            #expect(depth["running"] == 0)
            #expect(depth["oldest_ready_at"]?.string != nil)
            #expect(depth["counters"]?["enqueued"] == 5)
        }
    }

    @Test("A paused queue hands nothing out until it is resumed")
    func pauses() async throws {
        try await GatewaySystem.test { _, api in
            let first = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#)
            _ = try await api.job(first, reaches: "completed")
            let paused = try await api.post("/queues/test_worker/pause")
            #expect(paused.status == 200)
            #expect(paused.json == ["queue": "test_worker", "paused": true, "changed": true])
            #expect(try await api.post("/queues/test_worker/pause")["changed"] == false)
            let second = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#)
            #expect(try await api.get("/jobs/\(second)")["state"] == "ready")
            #expect(try await api.post("/queues/test_worker/resume")["paused"] == false)
            _ = try await api.job(second, reaches: "completed")
        }
    }

    @Test("A queue that does not exist cannot be paused", arguments: ["nope", "NOT-A-NAME"])
    func unknownQueue(name: String) async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.post("/queues/\(name)/pause")
            #expect(answer.status == 404)
            #expect(try await api.get("/queues")["queues"] == [])
        }
    }

    @Test("Live worker processes are listed with their actions")
    func workers() async throws {
        try await GatewaySystem.test { _, api in
            let answer = try await api.read("/workers") { answer in
                guard case .array(let workers)? = answer["workers"] else { return false }
                return workers.contains { $0["queue"] == "test_worker" }
            }
            guard case .array(let workers)? = answer["workers"] else { return }
            let worker = try #require(workers.first { $0["queue"] == "test_worker" })
            #expect(worker["actions"] == ["echo", "fail", "hold"])
            #expect(worker["concurrency"] == 8)
            #expect(worker["started_at"]?.string != nil)
        }
    }

    @Test("A dead letter is listed with its errors, retried by hand, and discarded for good")
    func deadLetters() async throws {
        try await GatewaySystem.test { _, api in
            let id = try await api.enqueue(#"{"queue":"test_worker","action":"fail","parameters":{"message":"boom"}}"#)
            _ = try await api.job(id, reaches: "dead")
            let letters = try await api.get("/dead-letters?limit=10")
            #expect(letters.status == 200)
            #expect(letters["dead_letters"]?[0]?["id"]?.string == id)
            #expect(letters["dead_letters"]?[0]?["errors"]?[0]?["message"] == "boom")

            let retried = try await api.post("/dead-letters/\(id)/retry")
            #expect(retried.status == 202)
            #expect(retried.json == ["id": .string(id), "state": "ready"])
            let dead = try await api.read("/jobs/\(id)") { answer in
                guard case .array(let errors)? = answer["errors"] else { return false }
                return answer["state"] == "dead" && errors.count == 2
            }
            #expect(dead["cause"] == "error")

            let discarded = try await api.call(.delete, "/dead-letters/\(id)")
            #expect(discarded.status == 204)
            #expect(discarded.text == "")
            #expect(try await api.call(.delete, "/dead-letters/\(id)").status == 404)
            #expect(try await api.get("/jobs/\(id)").status == 404)
            #expect(try await api.get("/dead-letters")["dead_letters"] == [])
        }
    }

    @Test("Dead letters are listed page by page, newest first")
    func pagesDeadLetters() async throws {
        try await GatewaySystem.test { _, api in
            var ids: [String] = []
            for _ in 0..<5 {
                let id = try await api.enqueue(#"{"queue":"test_worker","action":"fail"}"#)
                _ = try await api.job(id, reaches: "dead")
                ids.append(id)
            }
            var found: [String] = []
            var cursor = ""
            repeat {
                let page = try await api.get("/dead-letters?limit=2&cursor=\(cursor)")
                guard case .array(let letters)? = page["dead_letters"] else { break }
                found += letters.compactMap { $0["id"]?.string }
                cursor = page["next_cursor"]?.string ?? ""
            } while !cursor.isEmpty
            #expect(found == ids.reversed())
        }
    }

    @Test("A dead step of an operation cannot be retried alone")
    func deadStep() async throws {
        try await GatewaySystem.test { system, api in
            let flow = try #require(JobID(rawValue: "flow-1"))
            let job = NewFailure.job
            try await system.queue.enqueue(NewFailure.flow(flow, job))
            _ = try await api.job("flow-1:E1", reaches: "dead")
            let answer = try await api.post("/dead-letters/flow-1:E1/retry")
            #expect(answer.status == 409)
            #expect(try await api.get("/jobs/flow-1:E1")["state"] == "dead")
        }
    }
}
