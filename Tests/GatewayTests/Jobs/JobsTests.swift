import JobModel
import JobQueue
import Testing
import TestSupport

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct JobsTests {
    @Test("A job is accepted, runs, and is read with its result and what its confidence came from")
    func runs() async throws {
        try await GatewaySystem.test { _, api in
            let answer = try await api.post(
                "/jobs",
                #"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":90},"priority":9}"#
            )
            #expect(answer.status == 202)
            #expect(answer["duplicate"] == false)
            #expect(answer["durability"] == "memory")
            let id = try #require(answer["id"]?.string)
            #expect(answer.header("Location") == "/jobs/\(id)")
            let job = try await api.job(id, reaches: "completed")
            #expect(job["queue"] == "test_worker")
            #expect(job["action"] == "echo")
            #expect(job["lane"] == "high")
            #expect(job["parameters"] == ["text": "x", "percent": 90])
            #expect(job["result"] == ["text": "x"])
            #expect(job["confidence"]?.double == 0.9)
            #expect(job["confidence_threshold"]?.double == 0.7)
            #expect(job["confidence_parts"]?[0]?["name"] == "told")
            #expect(job["deliveries"] == 1)
            #expect(job["errors"] == [])
            #expect(job["escalation"] == .null)
            #expect(job["created_at"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
            #expect(job["ended_at"]?.string != nil)
        }
    }

    @Test("Every part of the policy arrives in the job's record")
    func policy() async throws {
        try await GatewaySystem.test(.idle) { system, api in
            let id = try await api.enqueue(
                """
                {"queue":"q","action":"a","priority":1,"delay_ms":60000,"policy":{"confidence_threshold":0.25,
                "max_attempts":7,"max_deliveries":9,"timeout_ms":1500,"retention_ms":5000,"on_exhausted":"escalate",
                "backoff":{"base_ms":10,"factor":3,"cap_ms":40,"jitter":0}}}
                """
            )
            let jobID = try #require(JobID(rawValue: id))
            let job = try #require(try await system.queue.job(jobID))
            #expect(job.state == .scheduled)
            #expect(
                job.policy
                    == JobPolicy(
                        lane: .low,
                        confidenceThreshold: 0.25,
                        retention: .seconds(5),
                        maximumAttempts: 7,
                        maximumDeliveries: 9,
                        backoff: Backoff(base: .milliseconds(10), factor: 3, cap: .milliseconds(40), jitter: 0),
                        timeout: .milliseconds(1500),
                        onExhausted: .escalate
                    )
            )
        }
    }

    @Test("A key that is taken, in the body or in the header, answers the job that holds it")
    func duplicates() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let body = #"{"queue":"q","action":"a","idempotency_key":"k"}"#
            let first = try await api.post("/jobs", body)
            for (body, headers) in [(body, [:]), (#"{"queue":"q","action":"a"}"#, ["Idempotency-Key": "k"])] {
                let again = try await api.post("/jobs", body, headers: headers)
                #expect(again.status == 202)
                #expect(again["duplicate"] == true)
                #expect(again["id"] == first["id"])
            }
            #expect(try await api.get("/queues")["queues"]?[0]?["ready"] == 1)
            let other = try await api.post("/jobs", body, headers: ["Idempotency-Key": "other"])
            #expect(other.status == 422)
            #expect(other.fields == ["idempotency_key"])
        }
    }

    @Test("A durability that is not reached is not claimed")
    func durability() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.post("/jobs", #"{"queue":"q","action":"a","durability":"replicated(1)"}"#)
            #expect(answer.status == 202)
            #expect(answer["durability"] == "memory")
        }
    }

    @Test("A batch is accepted as a whole, receipts in the order of the jobs")
    func batch() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let jobs = (0..<300).map { #"{"queue":"q\#($0 % 3)","action":"a","parameters":{"n":\#($0)}}"# }
            let answer = try await api.post("/jobs/batch", #"{"jobs":[\#(jobs.joined(separator: ","))]}"#)
            #expect(answer.status == 202)
            let last = try #require(answer["jobs"]?[299]?["id"]?.string)
            #expect(try await api.get("/jobs/\(last)")["parameters"] == ["n": 299])
            #expect(answer["jobs"]?[300] == nil)
            #expect(try await api.get("/queues")["queues"]?[2]?["ready"] == 100)
        }
    }

    @Test("One wrong job of a batch leaves nothing behind, and every wrong field is named with its place")
    func wrongBatch() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let body = """
                {"jobs":[{"queue":"q","action":"a"},{"queue":"Q","action":"a","policy":{"max_attempts":0}},7]}
                """
            let answer = try await api.post("/jobs/batch", body)
            #expect(answer.status == 422)
            #expect(answer.fields == ["jobs[1].queue", "jobs[1].policy.max_attempts", "jobs[2]"])
            #expect(try await api.get("/queues")["queues"] == [])
        }
    }

    @Test("A job is cancelled at once, through its worker, or not at all when it has ended")
    func cancels() async throws {
        try await GatewaySystem.test { _, api in
            let delayed = try await api.enqueue(#"{"queue":"test_worker","action":"echo","delay_ms":60000}"#)
            let answer = try await api.post("/jobs/\(delayed)/cancel")
            #expect(answer.status == 200)
            #expect(answer["state"] == "cancelled")
            #expect(try await api.post("/jobs/\(delayed)/cancel").status == 200)

            let held = try await api.enqueue(#"{"queue":"test_worker","action":"hold","parameters":{"hold":"hold"}}"#)
            _ = try await api.job(held, reaches: "running")
            let told = try await api.post("/jobs/\(held)/cancel")
            #expect(told.status == 202)
            #expect(told["state"] == "cancelling")
            _ = try await api.job(held, reaches: "cancelled")

            let done = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#)
            _ = try await api.job(done, reaches: "completed")
            let late = try await api.post("/jobs/\(done)/cancel")
            #expect(late.status == 409)
            #expect(late["detail"]?.string?.contains("completed") == true)
        }
    }

    @Test("A running job shows its worker and how far it is, and an id may be escaped")
    func progress() async throws {
        var options = GatewaySystem.Options()
        options.lease = .seconds(1)
        try await GatewaySystem.test(options) { system, api in
            let id = try await api.enqueue(#"{"queue":"test_worker","action":"hold","parameters":{"hold":"hold"}}"#)
            let job = try await api.read("/jobs/\(id)") { $0["progress"] != .null && $0["progress"] != nil }
            #expect(job["progress"] == ["done": 1, "total": 2, "unit": "gates"])
            #expect(job["worker"]?.string?.hasPrefix("test_worker-") == true)
            #expect(try await api.get("/jobs/\(id.replacing("-", with: "%2D"))").status == 200)
            system.gate.open()
            _ = try await api.job(id, reaches: "completed")
        }
    }
}
