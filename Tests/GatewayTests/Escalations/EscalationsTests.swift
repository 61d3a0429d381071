import JobModel
import JobQueue
import Testing
import TestSupport

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct EscalationsTests {
    private static let doubtful = #"{"operation_type":"test_flow","parameters":{"text":"hm","percent":20}}"#

    @Test("An escalation shows what it is about, what it came from and what approval would release")
    func shows() async throws {
        try await GatewaySystem.test { _, api in
            let operation = try #require(try await api.post("/operations", Self.doubtful)["operation_id"]?.string)
            let listed = try await api.firstEscalation()
            let id = try #require(listed["id"]?.string)
            #expect(listed["state"] == "open")
            #expect(listed["reason"] == "low_confidence")
            #expect(listed["operation_id"]?.string == operation)
            #expect(listed["step"] == "E1")
            #expect(listed["version"] == 1)
            #expect(listed["assignee"] == .null)
            #expect(listed["opened_at"]?.string != nil)

            let shown = try await api.get("/escalations/\(id)")
            #expect(shown.status == 200)
            #expect(shown["confidence"]?.double == 0.2)
            #expect(shown["threshold"]?.double == 0.7)
            #expect(shown["parameters"] == ["text": "hm", "percent": 20])
            #expect(shown["result"] == ["text": "hm"])
            #expect(shown["confidence_parts"]?[0]?["name"] == "told")
            #expect(shown["history"]?[0]?["event"] == "opened")
            #expect(shown["evidence"] == [])
            let dependents = try #require(shown["releases"])
            #expect(dependents[0]?["step"] == "E2")
            #expect(dependents[0]?["ready"] == true)
            #expect(dependents[1]?["step"] == "E3")
            #expect(dependents[1]?["ready"] == false)
        }
    }

    @Test("An approved step lets its operation go on to the end")
    func approves() async throws {
        try await GatewaySystem.test { _, api in
            let operation = try #require(try await api.post("/operations", Self.doubtful)["operation_id"]?.string)
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let answer = try await api.post(
                "/escalations/\(id)/decision",
                #"{"decision":"approve","version":1,"reviewer":"ann","comment":"looks right"}"#
            )
            #expect(answer.status == 200)
            #expect(answer["state"] == "resolved")
            #expect(answer["resolution"] == "approved")
            #expect(answer["job_state"] == "completed")
            #expect(answer["version"] == 2)
            #expect(answer["comment"] == "looks right")
            let ended = try await api.read("/operations/\(operation)") { $0["status"] == "completed" }
            #expect(ended["requires_human"] == false)
            #expect(try await api.get("/escalations")["total"] == 0)
        }
    }

    @Test("A step's evidence is what its parents found")
    func evidence() async throws {
        try await GatewaySystem.test { system, api in
            // The second step keeps the text of the first, whose confidence is enough; its own is not.
            let flow = try #require(JobID(rawValue: "op-20250101-000000-00000001"))
            _ = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x"}}"#)
            try await system.queue.enqueue(EscalationFlow.flow(flow))
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let shown = try await api.get("/escalations/\(id)")
            #expect(shown["step"] == "E2")
            #expect(shown["evidence"]?[0]?["step"] == "E1")
            #expect(shown["evidence"]?[0]?["result"] == ["text": "first"])
            #expect(shown["evidence"]?[0]?["confidence"]?.double == 1)
        }
    }

    @Test(
        "Each decision moves the job as it says",
        arguments: [
            (#"{"decision":"reject","version":1,"reviewer":"a"}"#, "rejected", "cancelled"),
            (#"{"decision":"override","version":1,"reviewer":"a","value":{"text":"y"}}"#, "overridden", "completed"),
            (
                #"{"decision":"retry","version":1,"reviewer":"a","parameters":{"percent":90},"guidance":"go on"}"#,
                "retried", "ready"
            ),
        ]
    )
    func decides(body: String, resolution: String, state: String) async throws {
        try await GatewaySystem.test { _, api in
            let job = try await api.enqueue(
                #"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":10}}"#
            )
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let answer = try await api.post("/escalations/\(id)/decision", body)
            #expect(answer.status == 200)
            #expect(answer["resolution"]?.string == resolution)
            #expect(answer["job_state"]?.string == state)
            let ended = try await api.job(job, reaches: state == "ready" ? "completed" : state)
            if resolution == "overridden" { #expect(ended["result"] == ["text": "y"]) }
            if resolution == "retried" {
                #expect(ended["parameters"] == ["text": "x", "percent": 90])
                #expect(ended["guidance"] == "go on")
            }
        }
    }

    @Test("A second decision, or one on a version that has passed, is 409 and changes nothing")
    func conflicts() async throws {
        try await GatewaySystem.test { _, api in
            let job = try await api.enqueue(
                #"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":10}}"#
            )
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let path = "/escalations/\(id)/decision"
            let before = try await api.get("/escalations/\(id)")
            let stale = try await api.post(path, #"{"decision":"approve","version":7,"reviewer":"a"}"#)
            #expect(stale.status == 409)
            #expect(stale.problem == "conflict")
            #expect(try await api.get("/escalations/\(id)").json == before.json)

            #expect(try await api.post(path, #"{"decision":"approve","version":1,"reviewer":"a"}"#).status == 200)
            let decided = try await api.get("/escalations/\(id)")
            for version in [1, 2] {
                let body = #"{"decision":"reject","version":\#(version),"reviewer":"b"}"#
                #expect(try await api.post(path, body).status == 409)
            }
            #expect(try await api.get("/escalations/\(id)").json == decided.json)
            #expect(try await api.get("/jobs/\(job)")["state"] == "completed")
        }
    }

    @Test("Of many decisions at once exactly one is applied")
    func race() async throws {
        try await GatewaySystem.test { _, api in
            _ = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":1}}"#)
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let statuses = try await withThrowingTaskGroup { group in
                for reviewer in 0..<20 {
                    group.addTask {
                        let body = #"{"decision":"approve","version":1,"reviewer":"r\#(reviewer)"}"#
                        return try await api.post("/escalations/\(id)/decision", body).status
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 1, 409: 19])
        }
    }

    @Test("A claimed escalation is its reviewer's, is found by assignee, and can be given back")
    func claims() async throws {
        try await GatewaySystem.test { _, api in
            _ = try await api.enqueue(#"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":1}}"#)
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let claimed = try await api.post(
                "/escalations/\(id)/claim",
                #"{"version":1,"reviewer":"ann","lease_seconds":60}"#
            )
            #expect(claimed.status == 200)
            #expect(claimed["state"] == "claimed")
            #expect(claimed["assignee"] == "ann")
            #expect(claimed["version"] == 2)
            #expect(claimed["claimed_until"]?.string != nil)
            #expect(try await api.get("/escalations?assignee=ann&state=claimed")["total"] == 1)
            #expect(try await api.get("/escalations?assignee=bob")["total"] == 0)
            #expect(try await api.get("/escalations?reason=audit_sample")["total"] == 0)

            let decision = #"{"decision":"approve","version":2,"reviewer":"bob"}"#
            let refused = try await api.post("/escalations/\(id)/decision", decision)
            #expect(refused.status == 409)
            #expect(refused["detail"]?.string?.contains("ann") == true)

            let released = try await api.post("/escalations/\(id)/release", #"{"version":2,"reviewer":"ann"}"#)
            #expect(released.status == 200)
            #expect(released["state"] == "open")
            #expect(released["assignee"] == .null)
            #expect(released["claimed_until"] == .null)
            let body = #"{"decision":"approve","version":3,"reviewer":"bob"}"#
            #expect(try await api.post("/escalations/\(id)/decision", body).status == 200)
        }
    }

    private static let unsure = #"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":10}}"#

    @Test("An override that is not what the action answers is refused with the fields named, and changes nothing")
    func checksOverrides() async throws {
        try await GatewaySystem.test { _, api in
            _ = try await api.enqueue(Self.unsure)
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let shown = try await api.read("/escalations/\(id)") { $0["result_schema"] != .null }
            #expect(shown["result_schema"]?["required"] == ["text"])
            let wrong = #"{"decision":"override","version":1,"reviewer":"a","value":{"text":7,"more":1}}"#
            let answer = try await api.post("/escalations/\(id)/decision", wrong)
            #expect(answer.status == 422)
            #expect(answer.fields == ["value.text", "value.more"])
            #expect(try await api.get("/escalations/\(id)")["version"] == 1)
        }
    }

    @Test("An escalation is assigned and remarked upon, and found by whom it is assigned to")
    func assigns() async throws {
        try await GatewaySystem.test { _, api in
            _ = try await api.enqueue(Self.unsure)
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let path = "/escalations/\(id)"
            let assigned = try await api.post(path + "/assign", #"{"version":1,"reviewer":"ann","assigned_to":"bob"}"#)
            #expect(assigned.status == 200)
            #expect(assigned["assigned_to"] == "bob")
            #expect(assigned["assignee"] == .null)
            #expect(try await api.get("/escalations?assigned_to=bob")["total"] == 1)
            #expect(try await api.get("/escalations?assigned_to=ann")["total"] == 0)
            let remarked = try await api.post(path + "/comment", #"{"reviewer":"ann","text":"look at row 7"}"#)
            #expect(remarked["comments"]?[0]?["text"] == "look at row 7")
            #expect(remarked["comments"]?[0]?["by"] == "ann")
            #expect(remarked["version"] == assigned["version"])
            let stale = try await api.post(path + "/assign", #"{"version":1,"reviewer":"ann"}"#)
            #expect(stale.status == 409)
            let nobody = try await api.post(path + "/assign", #"{"version":2,"reviewer":"ann","assigned_to":null}"#)
            #expect(nobody["assigned_to"] == .null)
        }
    }

    @Test("A decision is taken back, until a step that depends on it has started")
    func undoes() async throws {
        try await GatewaySystem.test { _, api in
            let job = try await api.enqueue(Self.unsure)
            let id = try #require(try await api.firstEscalation()["id"]?.string)
            let path = "/escalations/\(id)"
            let body = #"{"decision":"approve","version":1,"reviewer":"ann"}"#
            #expect(try await api.post(path + "/decision", body)["job_state"] == "completed")
            let undone = try await api.post(path + "/undo", #"{"version":2,"reviewer":"ann"}"#)
            #expect(undone.status == 200)
            #expect(undone["state"] == "open")
            #expect(undone["job_state"] == "escalated")
            #expect(try await api.get("/jobs/\(job)")["state"] == "escalated")
            #expect(try await api.post(path + "/undo", #"{"version":3,"reviewer":"ann"}"#).status == 409)
        }
    }

    @Test("Many decisions are answered each for itself, and one that is refused leaves the others")
    func decidesMany() async throws {
        try await GatewaySystem.test { _, api in
            for _ in 0..<3 { _ = try await api.enqueue(Self.unsure) }
            let listed = try await api.read("/escalations") { $0["total"] == 3 }
            let ids = (0..<3).compactMap { listed["escalations"]?[$0]?["id"]?.string }
            let body = #"""
                {"reviewer":"ann","decisions":[
                  {"escalation":"\#(ids[0])","version":1,"decision":"approve"},
                  {"escalation":"\#(ids[1])","version":9,"decision":"approve"},
                  {"escalation":"\#(ids[2])","version":1,"decision":"override","value":7},
                  {"escalation":"esc-1-j-1","version":1,"decision":"reject","reviewer":"bob"}]}
                """#
            let answer = try await api.post("/escalations/decisions", body)
            #expect(answer.status == 200)
            #expect(answer["applied"] == 1)
            #expect(answer["refused"] == 3)
            #expect(answer["decisions"]?[0]?["job_state"] == "completed")
            #expect(answer["decisions"]?[1]?["problem"]?["status"] == 409)
            #expect(answer["decisions"]?[2]?["problem"]?["errors"]?[0]?["field"] == "value")
            #expect(answer["decisions"]?[3]?["problem"]?["status"] == 404)
            #expect(try await api.get("/escalations")["total"] == 2)
        }
    }

    @Test("The queue is listed by state, reason, queue and operation, sorted, page by page")
    func filters() async throws {
        try await GatewaySystem.test { _, api in
            let operation = try #require(try await api.post("/operations", Self.doubtful)["operation_id"]?.string)
            for percent in [40, 10, 30] {
                _ = try await api.enqueue(
                    #"{"queue":"test_worker","action":"echo","parameters":{"text":"x","percent":\#(percent)}}"#
                )
            }
            _ = try await api.read("/escalations") { $0["total"] == 4 }
            #expect(try await api.get("/escalations?operation_id=\(operation)")["total"] == 1)
            #expect(
                try await api.get("/escalations?queue=test_worker&reason=low_confidence,audit_sample")["total"] == 4
            )
            #expect(try await api.get("/escalations?overdue=true")["total"] == 0)
            #expect(try await api.get("/escalations?blocking=false")["total"] == 0)
            var confidences: [Double] = []
            var cursor = ""
            repeat {
                let page = try await api.get("/escalations?sort=confidence&order=desc&limit=3&cursor=\(cursor)")
                guard case .array(let escalations)? = page["escalations"] else { break }
                confidences += escalations.compactMap { $0["confidence"]?.double }
                cursor = page["next_cursor"]?.string ?? ""
            } while !cursor.isEmpty
            #expect(confidences == [0.4, 0.3, 0.2, 0.1])
            let id = try #require(
                try await api.get("/escalations?sort=confidence&limit=1")["escalations"]?[0]?["id"]?.string
            )
            _ = try await api.post("/escalations/\(id)/decision", #"{"decision":"reject","version":1,"reviewer":"a"}"#)
            let resolved = try await api.get("/escalations?state=resolved")
            #expect(resolved["escalations"]?[0]?["id"]?.string == id)
            #expect(resolved["total"] == 1)
        }
    }

    @Test("A job without a result cannot be approved")
    func nothingToApprove() async throws {
        try await GatewaySystem.test { _, api in
            _ = try await api.enqueue(
                #"{"queue":"test_worker","action":"fail","policy":{"on_exhausted":"escalate"}}"#
            )
            let escalation = try await api.firstEscalation()
            #expect(escalation["reason"] == "retries_exhausted")
            let id = try #require(escalation["id"]?.string)
            let body = #"{"decision":"approve","version":1,"reviewer":"a"}"#
            let answer = try await api.post("/escalations/\(id)/decision", body)
            #expect(answer.status == 422)
            #expect(answer.fields == ["decision"])
            #expect(try await api.get("/escalations/\(id)")["errors"]?[0]?["code"] == "told_to_fail")
        }
    }
}
