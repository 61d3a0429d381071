import JobModel
import Testing
import TestSupport

@testable import Gateway

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct OperationsTests {
    private static let flow = #"{"operation_type":"test_flow","parameters":{"text":"hi"},"metadata":{"user_id":"123"}}"#

    @Test("A call waits for its operation and answers 200 with the fields that clients know")
    func completes() async throws {
        try await GatewaySystem.test { _, api in
            let answer = try await api.post("/operations", Self.flow)
            #expect(answer.status == 200)
            let id = try #require(answer["operation_id"]?.string)
            #expect(id.wholeMatch(of: /op-\d{8}-\d{6}-[0-9a-f]{8}/) != nil)
            #expect(answer.header("Location") == "/operations/\(id)")
            #expect(answer["status"] == "completed")
            #expect(answer["error"] == .null)
            #expect(answer["requires_human"] == false)
            #expect(answer["confidence_score"]?.double == 1)
            #expect(answer["token_usage"] == 0)
            #expect(answer["metadata"] == ["user_id": "123"])
            #expect(answer["execution_time_ms"]?.double ?? 0 > 0)
            let result = try #require(answer["result"])
            #expect(result["steps_executed"] == 3)
            #expect(result["steps_successful"] == 3)
            #expect(result["steps_failed"] == 0)
            let step = try #require(result["results"]?[1])
            #expect(step["step"] == 2)
            #expect(step["worker"] == "test_worker")
            #expect(step["action"] == "echo")
            #expect(step["status"] == "completed")
            #expect(step["result"] == ["text": "hi"])
            #expect(try await api.get("/operations/\(id)").json == answer.json)
        }
    }

    @Test("An operation that ends failed is answered with 200 and the error in the body")
    func fails() async throws {
        try await GatewaySystem.test { _, api in
            let body = #"{"operation_type":"test_flow","parameters":{"percent":"many"}}"#
            let answer = try await api.post("/operations", body)
            #expect(answer.status == 200)
            #expect(answer["status"] == "failed")
            #expect(answer["requires_human"] == true)
            #expect(answer["error"]?.string?.contains("parameters.percent") == true)
        }
    }

    @Test("respond-async answers 202 with the place before the operation has ended")
    func respondsAsync() async throws {
        try await GatewaySystem.test { system, api in
            let body = #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#
            let answer = try await api.post("/operations", body, headers: ["Prefer": "respond-async"])
            #expect(answer.status == 202)
            #expect(answer.header("Preference-Applied") == "respond-async")
            let place = try #require(answer.header("Location"))
            #expect(try await api.get(place)["status"] != "completed")
            system.gate.open()
            let ended = try await api.read(place) { $0["status"] == "completed" }
            #expect(ended["operation_id"] == answer["operation_id"])
        }
    }

    @Test(
        "A wait that ends before the operation answers with the state as it is then",
        arguments: [("wait=0", 200), ("wait=1", 200), ("respond-async, wait=1", 202)]
    )
    func waits(preference: String, status: Int) async throws {
        try await GatewaySystem.test { _, api in
            let body = #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#
            let began = ContinuousClock.now
            let answer = try await api.post("/operations", body, headers: ["Prefer": preference])
            let took = ContinuousClock.now - began
            #expect(answer.status == status)
            #expect(["planning", "executing"].contains(answer["status"]?.string))
            #expect(took < .seconds(20))
            if preference.hasSuffix("wait=1") { #expect(took >= .seconds(1)) }
        }
    }

    @Test("A wait without a preference ends at the server's default, and one that is too long at its cap")
    func waitsByDefault() async throws {
        var options = GatewaySystem.Options()
        options.configuration.defaultWait = .milliseconds(300)
        options.configuration.maximumWait = .milliseconds(600)
        try await GatewaySystem.test(options) { _, api in
            let body = #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#
            for (headers, limit) in [([:], Duration.milliseconds(300)), (["Prefer": "wait=999"], .milliseconds(600))] {
                let began = ContinuousClock.now
                let answer = try await api.post("/operations", body, headers: headers)
                #expect(["planning", "executing"].contains(answer["status"]?.string))
                #expect(ContinuousClock.now - began >= limit)
                #expect(ContinuousClock.now - began < .seconds(20))
            }
        }
    }

    @Test("A wait ends when the operation needs a person")
    func waitsUntilAPersonIsNeeded() async throws {
        try await GatewaySystem.test { _, api in
            let body = #"{"operation_type":"test_flow","parameters":{"percent":20}}"#
            let answer = try await api.post("/operations", body)
            #expect(answer.status == 200)
            #expect(answer["status"] == "escalating")
            #expect(answer["requires_human"] == true)
        }
    }

    @Test("Operations are listed newest first, by status and type, page by page")
    func lists() async throws {
        try await GatewaySystem.test { _, api in
            var ids: [JSONValue] = []
            for _ in 0..<3 { ids.append(try #require(try await api.post("/operations", Self.flow)["operation_id"])) }
            let first = try await api.get("/operations?limit=2&status=completed&type=test_flow")
            #expect(first.status == 200)
            #expect(first["operations"]?[0]?["operation_id"] == ids[2])
            #expect(first["operations"]?[1]?["operation_id"] == ids[1])
            #expect(try await api.get("/operations?status=failed")["operations"] == [])
            #expect(try await api.get("/operations?type=data_pipeline")["operations"] == [])
            let all = try await api.get("/operations")
            #expect(all["operations"]?[2]?["operation_id"] == ids[0])
            #expect(all["next_cursor"] == .null)
        }
    }

    @Test("A cancelled operation ends, and what it had started is told")
    func cancels() async throws {
        try await GatewaySystem.test { _, api in
            let body = #"{"operation_type":"test_flow","parameters":{"text":"hold"}}"#
            let created = try await api.post("/operations", body, headers: ["Prefer": "respond-async"])
            let id = try #require(created["operation_id"]?.string)
            _ = try await api.job("\(id):E3", reaches: "running")
            let answer = try await api.post("/operations/\(id)/cancel")
            #expect(answer.status == 200)
            #expect(answer["status"] == "cancelled")
            let job = try await api.job("\(id):E3", reaches: "cancelled")
            #expect(job["operation_id"]?.string == id)
            #expect(try await api.post("/operations/\(id)/cancel")["status"] == "cancelled")
        }
    }

    @Test("A plan is read as JSON and as a diagram with the states of its steps")
    func plan() async throws {
        try await GatewaySystem.test { _, api in
            let id = try #require(try await api.post("/operations", Self.flow)["operation_id"]?.string)
            let plan = try await api.get("/operations/\(id)/plan")
            #expect(plan.status == 200)
            #expect(plan["template"] == "test_flow")
            #expect(plan["steps"]?[2]?["after"] == ["E1", "E2"])
            let diagram = try await api.get("/operations/\(id)/plan?format=mermaid")
            #expect(diagram.header("Content-Type") == "text/plain; charset=utf-8")
            #expect(diagram.text.hasPrefix("flowchart"))
            #expect(diagram.text.contains("E1 --> E2"))
            #expect(diagram.text.contains("completed"))
        }
    }

    @Test("An operation that runs or has ended cannot be retried, and a failed one says why when it cannot")
    func retries() async throws {
        try await GatewaySystem.test { _, api in
            let id = try #require(try await api.post("/operations", Self.flow)["operation_id"]?.string)
            let answer = try await api.post("/operations/\(id)/retry")
            #expect(answer.status == 409)
            #expect(answer["detail"]?.string?.contains("completed") == true)
            let body = #"{"operation_type":"test_flow","parameters":{"percent":"many"}}"#
            let refused = try #require(try await api.post("/operations", body)["operation_id"]?.string)
            #expect(try await api.post("/operations/\(refused)/retry").status == 409)
        }
    }

    @Test("A rejected operation fails, and its retry runs the rejected step and those after it again")
    func retriesFailed() async throws {
        try await GatewaySystem.test { _, api in
            let doubtful = #"{"operation_type":"test_flow","parameters":{"text":"x","percent":20}}"#
            let id = try #require(try await api.post("/operations", doubtful)["operation_id"]?.string)
            let escalation = try #require(try await api.firstEscalation()["id"]?.string)
            let body = #"{"decision":"reject","version":1,"reviewer":"ann"}"#
            #expect(try await api.post("/escalations/\(escalation)/decision", body).status == 200)
            _ = try await api.read("/operations/\(id)") { $0["status"] == "failed" }
            let answer = try await api.post("/operations/\(id)/retry")
            #expect(answer.status == 202)
            #expect(answer.header("Location") == "/operations/\(id)")
            let again = try await api.read("/operations/\(id)") { $0["status"] == "escalating" }
            #expect(again["requires_human"] == true)
        }
    }

    @Test("An operation that waits says for what")
    func explains() async throws {
        try await GatewaySystem.test { _, api in
            let doubtful = #"{"operation_type":"test_flow","parameters":{"text":"x","percent":20}}"#
            let id = try #require(try await api.post("/operations", doubtful)["operation_id"]?.string)
            let answer = try await api.read("/operations/\(id)/explain") { answer in
                answer["reasons"]?[0]?["code"] == "waiting_for_review"
            }
            #expect(answer.status == 200)
            #expect(answer["reasons"]?[0]?["step"] == "E1")
            #expect(answer["summary"]?.string?.isEmpty == false)
        }
    }

    @Test("The known actions are listed with the schemas that their workers have registered")
    func actions() async throws {
        try await GatewaySystem.test { _, api in
            let answer = try await api.read("/actions?worker=test_worker") { $0["workers"]?[0] != nil }
            #expect(answer["workers"]?[0]?["worker"] == "test_worker")
            #expect(answer["workers"]?[0]?["actions"]?[0]?["name"] == "echo")
            #expect(answer["workers"]?[0]?["actions"]?[0]?["parameters"]?["required"] == ["text"])
            #expect(try await api.get("/actions?worker=nobody")["workers"] == [])
        }
    }

    @Test("An operation that was never planned has no plan")
    func noPlan() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let created = try await api.post("/operations", Self.flow, headers: ["Prefer": "respond-async"])
            let id = try #require(created["operation_id"]?.string)
            let answer = try await api.get("/operations/\(id)/plan")
            #expect(answer.status == 404)
            #expect(answer["detail"]?.string?.contains("planning") == true)
        }
    }
}
