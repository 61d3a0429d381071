import Hummingbird
import JobModel
import JobQueue
import Orchestrator
import TestSupport
import Testing

@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct SchedulesTests {
    private static let body = """
        {"cron":"0 6 * * MON-FRI","time_zone":"America/New_York","catch_up":"all","overlap":"wait",
         "operation":{"operation_type":"test_flow","parameters":{"text":"hi"},"metadata":{"user_id":"7"}}}
        """

    @Test("A schedule is created with 201, changed with 200, listed, read and deleted")
    func life() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let created = try await api.call(.put, "/schedules/nightly", Self.body)
            #expect(created.status == 201, "\(created.text)")
            #expect(created.header("Location") == "/schedules/nightly")
            #expect(created["cron"] == "0 6 * * MON-FRI")
            #expect(created["time_zone"] == "America/New_York")
            #expect(created["catch_up"] == "all")
            #expect(created["overlap"] == "wait")
            #expect(created["operation"]?["parameters"] == ["text": "hi"])
            #expect(created["paused"] == false)
            #expect(created["last_operation_id"] == .null)
            #expect(created["fires"] == [])
            #expect(created["next_run_at"]?.string?.hasSuffix(":00:00.000Z") == true)
            #expect(created["next_runs"]?[4] != nil)
            #expect(created["next_runs"]?[0] == created["next_run_at"])

            let again = try await api.call(.put, "/schedules/nightly", Self.body)
            #expect(again.status == 200)
            #expect(again["version"] == 1, "nothing has changed")
            let changed = try await api.call(
                .put,
                "/schedules/nightly",
                #"{"cron":"@hourly","operation":{"operation_type":"test_flow"}}"#
            )
            #expect(changed.status == 200)
            #expect(changed["version"] == 2)
            #expect(changed["time_zone"] == "UTC")
            #expect(changed["overlap"] == "skip")

            let list = try await api.get("/schedules")
            #expect(list.status == 200)
            #expect(list["schedules"]?[0]?["name"] == "nightly")
            #expect(list["schedules"]?[0]?["fires"] == nil)
            let shown = try await api.get("/schedules/nightly?next=2")
            #expect(shown["next_runs"]?[1] != nil)
            #expect(shown["next_runs"]?[2] == nil)

            let deleted = try await api.call(.delete, "/schedules/nightly")
            #expect(deleted.status == 204)
            #expect(deleted.text == "")
            #expect(try await api.call(.delete, "/schedules/nightly").status == 404)
            #expect(try await api.get("/schedules/nightly").status == 404)
            #expect(try await api.get("/schedules")["schedules"] == [])
        }
    }

    @Test("A paused schedule has no next time until it is resumed")
    func pauses() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            _ = try await api.call(.put, "/schedules/nightly", Self.body)
            let paused = try await api.post("/schedules/nightly/pause")
            #expect(paused.status == 200)
            #expect(paused["paused"] == true)
            #expect(paused["next_run_at"] == .null)
            #expect(try await api.get("/schedules/nightly")["next_runs"] == [])
            let resumed = try await api.post("/schedules/nightly/resume")
            #expect(resumed["paused"] == false)
            #expect(resumed["next_run_at"]?.string != nil)
        }
    }

    @Test("A schedule is triggered by hand, and the operation runs and knows where it comes from")
    func triggers() async throws {
        try await GatewaySystem.test { _, api in
            _ = try await api.call(.put, "/schedules/nightly", Self.body)
            let headers = ["Idempotency-Key": "now"]
            let triggered = try await api.post("/schedules/nightly/trigger", headers: headers)
            #expect(triggered.status == 202)
            let id = try #require(triggered["operation_id"]?.string)
            #expect(triggered.json == ["schedule": "nightly", "operation_id": .string(id)])
            #expect(triggered.header("Location") == "/operations/\(id)")
            #expect(try await api.post("/schedules/nightly/trigger", headers: headers)["operation_id"]?.string == id)
            let operation = try await api.read("/operations/\(id)") { $0["status"] == "completed" }
            #expect(operation["metadata"] == ["schedule": "nightly", "user_id": "7"])
            let shown = try await api.get("/schedules/nightly")
            #expect(shown["last_operation_id"]?.string == id)
            #expect(shown["fires"]?[0]?["outcome"] == "triggered")
            #expect(shown["fires"]?[0]?["operation_id"]?.string == id)
            #expect(shown["fires"]?[0]?["planned_at"] == .null)
            #expect(shown["fires"]?[1] == nil)
        }
    }

    @Test(
        "A wrong definition is 422 with every wrong field, and nothing is stored",
        arguments: [
            ("{}", ["cron", "operation"]),
            (
                #"{"cron":"61 * 30 2 *","time_zone":"EST","catch_up":"x","overlap":7,"operation":[],"tz":"UTC"}"#,
                ["tz", "cron", "time_zone", "catch_up", "overlap", "operation"]
            ),
            (#"{"cron":"0 0 30 2 *","operation":{"operation_type":"test_flow"}}"#, ["cron"]),
            (
                #"{"cron":"@daily","operation":{"operation_type":"nope","priority":0,"timeout_seconds":1}}"#,
                ["operation.operation_type", "operation.priority", "operation.timeout_seconds"]
            ),
            (
                #"{"cron":"@daily","operation":{"operation_type":"test_flow","parameters":{"percent":101}}}"#,
                ["operation.parameters.percent"]
            ),
            (
                #"{"cron":"@daily","operation":{"operation_type":"test_flow","parameters":{"nope":1}}}"#,
                ["operation.parameters.nope"]
            ),
        ]
    )
    func refused(body: String, fields: [String]) async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.call(.put, "/schedules/nightly", body)
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.fields == fields)
            #expect(try await api.get("/schedules")["schedules"] == [])
        }
    }

    @Test("A bad name is named on PUT and unknown elsewhere, and a bad query or body is refused")
    func names() async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let put = try await api.call(.put, "/schedules/no%20name", Self.body)
            #expect(put.status == 422)
            #expect(put.fields == ["name"])
            for path in ["/schedules/a%3Ab", "/schedules/none"] {
                #expect(try await api.get(path).status == 404)
                #expect(try await api.call(.delete, path).status == 404)
                for verb in ["trigger", "pause", "resume"] {
                    #expect(try await api.post("\(path)/\(verb)").status == 404)
                }
            }
            #expect(try await api.call(.put, "/schedules/x", "<html>").problem == "malformed-body")
            #expect(try await api.call(.put, "/schedules/x", "[]").fields == [""])
            _ = try await api.call(.put, "/schedules/x", Self.body)
            #expect(try await api.get("/schedules/x?next=101").fields == ["next"])
            let key = ["Idempotency-Key": String(repeating: "k", count: 257)]
            #expect(try await api.post("/schedules/x/trigger", headers: key).fields == ["Idempotency-Key"])
            #expect(try await api.post("/schedules/x").header("Allow") == "GET, HEAD, PUT, DELETE")
            let text = String(repeating: "x", count: 1 << 20)
            let large =
                #"{"cron":"@daily","operation":{"operation_type":"test_flow","parameters":{"text":"\#(text)"}}}"#
            let tooLarge = try await api.call(.put, "/schedules/x", large)
            #expect(tooLarge.status == 413)
            #expect(tooLarge.fields == ["operation.parameters"])
        }
    }
}
