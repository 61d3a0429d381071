import HummingbirdTesting
import JobModel
import Logging
import Testing

@testable import Gateway
@testable import JobQueue

/// A worker process' server; its actions need no Redis here.
@Suite(.timeLimit(.minutes(1)))
struct WorkerServerTests {
    private static let ready = Worker.Status(isReady: true, running: 2, settled: 5)

    private func test(
        status: Worker.Status = ready,
        _ body: @escaping @Sendable (APIClient) async throws -> Void
    ) async throws {
        let server = try WorkerServer(
            kind: "florida_data",
            actions: [Echo(), Failing(), Hold(gate: Gate())],
            status: { status },
            configuration: GatewayConfiguration(port: 0, maximumBodyBytes: 4096),
            logger: Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() }
        )
        try await server.application().test(.router) { try await body(try APIClient.recording($0, APIContract.worker)) }
    }

    @Test("Health names the worker kind and what it does")
    func health() async throws {
        try await test { api in
            let health = try await api.get("/health")
            #expect(health.status == 200)
            #expect(health["status"] == "healthy")
            #expect(health["worker"] == "florida_data")
            #expect(health["running"] == 2)
            #expect(health["settled"] == 5)
            #expect(health["reason"] == nil)
        }
    }

    @Test("A worker that does not fetch is unhealthy and says why")
    func isStalled() async throws {
        let stalled = Worker.Status(isReady: false, reason: "no successful fetch for 20 s", running: 0, settled: 0)
        try await test(status: stalled) { api in
            let health = try await api.get("/health")
            #expect(health.status == 503)
            #expect(health["reason"] == "no successful fetch for 20 s")
        }
    }

    @Test("The actions are listed in alphabetical order, with the schemas of their parameters and results")
    func actions() async throws {
        try await test { api in
            let answer = try await api.get("/actions")
            #expect(answer["worker"] == "florida_data")
            #expect(answer["actions"]?[0]?["name"] == "echo")
            #expect(answer["actions"]?[0]?["parameters"]?["required"] == ["text"])
            #expect(answer["actions"]?[0]?["result"]?["properties"]?["text"]?["type"] == "string")
            #expect(answer["actions"]?[1]?["name"] == "fail")
            #expect(answer["actions"]?[2]?["name"] == "hold")
            #expect(answer["actions"]?[3] == nil)
        }
    }

    @Test("An action runs at once and answers its result, its confidence and how long it took")
    func runs() async throws {
        try await test { api in
            let answer = try await api.post(
                "/operations",
                #"{"operation":"echo","parameters":{"text":"x","percent":40}}"#
            )
            #expect(answer.status == 200)
            #expect(answer["operation_id"]?.string?.wholeMatch(of: /fl-[0-9a-z]{12}/) != nil)
            #expect(answer["status"] == "completed")
            #expect(answer["result"] == ["text": "x"])
            #expect(answer["confidence"]?.double == 0.4)
            #expect(answer["confidence_parts"]?[0]?["name"] == "told")
            #expect(answer["error"] == .null)
            #expect(answer["execution_time_ms"]?.double ?? 0 > 0)
            let second = try await api.post("/operations", #"{"operation":"echo","parameters":{"text":"x"}}"#)
            #expect(second["operation_id"] != answer["operation_id"])
        }
    }

    @Test("An action that fails is answered with 200 and the error in the body")
    func fails() async throws {
        try await test { api in
            let answer = try await api.post("/operations", #"{"operation":"fail","parameters":{"message":"boom"}}"#)
            #expect(answer.status == 200)
            #expect(answer["status"] == "failed")
            #expect(answer["result"] == .null)
            #expect(answer["error"] == "told_to_fail (message): boom")
        }
    }

    @Test("An unknown action is 400 and names the known ones")
    func unknownAction() async throws {
        try await test { api in
            let answer = try await api.post("/operations", #"{"operation":"download"}"#)
            #expect(answer.status == 400)
            #expect(answer.problem == "unknown-action")
            #expect(answer["detail"]?.string?.contains("echo, fail, hold") == true)
        }
    }

    @Test(
        "A body that is wrong names its fields, and nothing runs",
        arguments: [
            ("{}", 422, ["operation"]),
            (#"{"operation":7,"parameters":[],"x":1}"#, 422, ["operation", "parameters", "x"]),
            (#"{"operation":"echo","parameters":{}}"#, 422, ["parameters.text"]),
            (#"{"operation":"echo","parameters":{"text":7}}"#, 422, ["parameters.text"]), ("<html>", 400, []),
            ("{\"operation\":\"echo\",\"parameters\":{\"text\":\"\(String(repeating: "x", count: 5000))\"}}", 413, []),
        ] as [(String, Int, [String])]
    )
    func wrongBody(body: String, status: Int, fields: [String]) async throws {
        try await test { api in
            let answer = try await api.post("/operations", body)
            #expect(answer.status == status)
            #expect(answer.fields == fields)
            #expect(answer.header("Content-Type") == "application/problem+json")
        }
    }

    @Test("Other paths are 404 and other methods 405")
    func otherPaths() async throws {
        try await test { api in
            #expect(try await api.get("/jobs").status == 404)
            let answer = try await api.get("/operations")
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == "POST")
        }
    }
}
