import Hummingbird
import JobModel
import JobQueue
import Orchestrator
import Testing
import TestSupport

@testable import Gateway

/// Every path with what is wrong about a request: the answer is a problem document, and nothing has been stored.
@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct ErrorTableTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method
        var path: String
        var body: String?
        var status: Int
        var problem: String
        var fields: [String] = []
        var headers: [String: String] = [:]

        var testDescription: String { "\(method) \(path) \(body ?? "") → \(status)" }
    }

    private static func wrong(_ path: String, _ body: String, _ fields: [String]) -> Case {
        Case(method: .post, path: path, body: body, status: 422, problem: "invalid-fields", fields: fields)
    }

    private static func query(_ path: String, _ fields: [String]) -> Case {
        Case(method: .get, path: path, status: 422, problem: "invalid-fields", fields: fields)
    }

    private static func missing(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) -> Case {
        Case(method: method, path: path, body: body, status: 404, problem: "not-found")
    }

    private static let bodyPaths = [
        "/operations", "/jobs", "/jobs/batch", "/escalations/esc-1-j-1/claim", "/escalations/esc-1-j-1/release",
        "/escalations/esc-1-j-1/decision", "/escalations/esc-1-j-1/assign", "/escalations/esc-1-j-1/comment",
        "/escalations/esc-1-j-1/undo", "/escalations/decisions",
    ]

    static let malformed: [Case] = bodyPaths.flatMap { path in
        ["<!DOCTYPE html><html><body>Not found</body></html>", "", "{", "{\"a\":1}}", "\u{0}"].map { body in
            Case(method: .post, path: path, body: body, status: 400, problem: "malformed-body")
        }
    }

    static let notObjects: [Case] = bodyPaths.flatMap { path in
        ["[]", "null", "\"text\"", "7"].map { wrong(path, $0, [""]) }
    }

    static let fields: [Case] = [
        wrong("/operations", "{}", ["operation_type"]),
        wrong("/operations", #"{"operation_type":"nope"}"#, ["operation_type"]),
        wrong(
            "/operations",
            #"{"operation_type":"test_flow","priority":11,"timeout_seconds":9,"require_validation":1,"parameters":[]}"#,
            ["parameters", "priority", "timeout_seconds", "require_validation"]
        ),
        wrong("/operations", #"{"operation_type":"test_flow","prioritty":5}"#, ["prioritty"]),
        Case(
            method: .post,
            path: "/operations",
            body: #"{"operation_type":"test_flow"}"#,
            status: 422,
            problem: "invalid-fields",
            fields: ["Idempotency-Key"],
            headers: ["Idempotency-Key": String(repeating: "k", count: 257)]
        ),
        wrong("/jobs", "{}", ["queue", "action"]),
        wrong(
            "/jobs",
            #"{"queue":"Q!","action":"","lane":"high","durability":1}"#,
            ["durability", "queue", "action", "lane"]
        ),
        wrong("/jobs", #"{"queue":"orchestrator","action":"plan"}"#, ["queue"]),
        wrong(
            "/jobs",
            #"{"queue":"q","action":"a","priority":0,"delay_ms":-1,"idempotency_key":"","parameters":7}"#,
            ["parameters", "priority", "delay_ms", "idempotency_key"]
        ),
        wrong(
            "/jobs",
            #"{"queue":"q","action":"a","policy":{"confidence_threshold":1.1,"max_attempts":1.5,"on_exhausted":"x"}}"#,
            ["policy.confidence_threshold", "policy.max_attempts", "policy.on_exhausted"]
        ),
        wrong(
            "/jobs",
            #"{"queue":"q","action":"a","policy":{"timeout_ms":0,"backoff":{"factor":0,"jitter":2},"retries":3}}"#,
            ["policy.timeout_ms", "policy.backoff.factor", "policy.backoff.jitter", "policy.retries"]
        ),
        wrong("/jobs/batch", "{}", ["jobs"]), wrong("/jobs/batch", #"{"jobs":[]}"#, ["jobs"]),
        wrong("/jobs/batch", #"{"jobs":[{}],"queue":"q"}"#, ["jobs[0].queue", "jobs[0].action", "queue"]),
        wrong("/escalations/esc-1-j-1/claim", #"{"lease_seconds":0}"#, ["version", "reviewer", "lease_seconds"]),
        wrong("/escalations/esc-1-j-1/release", #"{"version":1,"reviewer":"\n"}"#, ["reviewer"]),
        wrong("/escalations/esc-1-j-1/decision", "{}", ["version", "reviewer", "decision"]),
        wrong(
            "/escalations/esc-1-j-1/decision",
            #"{"version":0,"reviewer":"","decision":"maybe"}"#,
            ["version", "reviewer", "decision"]
        ),
        wrong(
            "/escalations/esc-1-j-1/decision",
            #"{"version":1,"reviewer":"a","decision":"approve","value":1,"parameters":{},"guidance":"g"}"#,
            ["value", "parameters", "guidance"]
        ),
        wrong("/escalations/esc-1-j-1/decision", #"{"version":1,"reviewer":"a","decision":"override"}"#, ["value"]),
        wrong(
            "/escalations/esc-1-j-1/decision",
            #"{"version":1,"reviewer":"a","decision":"retry","parameters":7}"#,
            ["parameters"]
        ),
        query("/operations?limit=0&status=done&cursor=x", ["status", "limit", "cursor"]),
        query("/operations/op-20250101-000000-00000000/plan?format=svg", ["format"]),
        query("/escalations?state=done&reason=mood&limit=x", ["state", "reason", "limit"]),
        query(
            "/escalations?state=open,nope&queue=Q!&blocking=1&overdue=x&sort=mood&order=up",
            ["state", "queue", "blocking", "overdue", "sort", "order"]
        ),
        query("/escalations?cursor=nope", ["cursor"]), query("/dead-letters?limit=1001", ["limit"]),
        query("/dead-letters?cursor=nope", ["cursor"]), query("/events?cursor=1-1.x", ["cursor"]),
        query("/events?limit=0", ["limit"]),
        wrong("/escalations/esc-1-j-1/assign", #"{"version":1,"assigned_to":7}"#, ["reviewer", "assigned_to"]),
        wrong("/escalations/esc-1-j-1/comment", #"{"reviewer":"a","text":"","version":1}"#, ["text", "version"]),
        wrong("/escalations/esc-1-j-1/undo", "{}", ["version", "reviewer"]),
        wrong("/escalations/decisions", #"{"decisions":[]}"#, ["decisions"]),
        wrong(
            "/escalations/decisions",
            #"{"reviewer":"a","decisions":[7,{"escalation":"e","version":1,"decision":"override"},{"decision":"reject"}]}"#,
            ["decisions[0]", "decisions[1].value", "decisions[2].escalation", "decisions[2].version"]
        ),
    ]

    static let unknown: [Case] = [
        missing(.get, "/operations/op-20250101-000000-00000000"), missing(.get, "/operations/%00"),
        missing(.post, "/operations/op-20250101-000000-00000000/cancel", "{}"),
        missing(.get, "/operations/op-20250101-000000-00000000/plan"), missing(.get, "/jobs/j-1"),
        missing(.post, "/jobs/j-1/cancel"), missing(.get, "/escalations/esc-1-j-1"), missing(.get, "/escalations/x"),
        missing(.post, "/escalations/esc-1-j-1/claim", #"{"version":1,"reviewer":"a"}"#),
        missing(.post, "/escalations/esc-1-j-1/release", #"{"version":1,"reviewer":"a"}"#),
        missing(.post, "/escalations/esc-1-j-1/decision", #"{"version":1,"reviewer":"a","decision":"approve"}"#),
        missing(.post, "/escalations/esc-1-j-1/assign", #"{"version":1,"reviewer":"a","assigned_to":"b"}"#),
        missing(.post, "/escalations/esc-1-j-1/comment", #"{"text":"x","reviewer":"a"}"#),
        missing(.post, "/escalations/esc-1-j-1/undo", #"{"version":1,"reviewer":"a"}"#),
        missing(.post, "/operations/op-20250101-000000-00000000/retry"),
        missing(.get, "/operations/op-20250101-000000-00000000/explain"),
        missing(.get, "/operations/op-20250101-000000-00000000/events"), missing(.get, "/operations/x%20y/events"),
        missing(.post, "/queues/q/pause"), missing(.post, "/queues/q/resume"),
        missing(.post, "/dead-letters/j-1/retry"),
        missing(.delete, "/dead-letters/j-1"), missing(.get, "/nope"), missing(.post, "/jobs/j-1/cancel/now"),
    ]

    @Test(
        "A bad request is answered with a problem document and stores nothing",
        arguments: malformed + notObjects + fields + unknown
    )
    func refuses(_ expected: Case) async throws {
        try await GatewaySystem.test(.idle) { system, api in
            let answer = try await api.call(
                expected.method,
                expected.path,
                expected.body,
                headers: expected.headers.merging(["Content-Type": "application/json"]) { given, _ in given }
            )
            #expect(answer.status == expected.status)
            #expect(answer.problem == expected.problem)
            #expect(answer.fields == expected.fields)
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(answer["status"]?.int == expected.status)
            #expect(answer["title"]?.string?.isEmpty == false)
            #expect(answer["detail"]?.string?.isEmpty == false)
            #expect(answer["request_id"]?.string == answer.header("X-Request-ID"))
            #expect(try await system.queue.queues().isEmpty)
            #expect(try await system.operations.list().operations.isEmpty)
        }
    }

    @Test(
        "An answer that the caller does not read is 406, a body that the server does not read is 415",
        arguments: [
            (HTTPRequest.Method.get, "/health", "Accept", "text/html", 406, "not-acceptable"),
            (.get, "/operations", "Accept", "application/xml, application/json;q=0", 406, "not-acceptable"),
            (.get, "/metrics", "Accept", "application/json", 406, "not-acceptable"),
            (.post, "/jobs", "Content-Type", "text/html", 415, "unsupported-media-type"),
            (.post, "/jobs", "Content-Type", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
            (.post, "/jobs", "Content-Type", "application/jsonp", 415, "unsupported-media-type"),
        ]
    )
    func forms(
        method: HTTPRequest.Method,
        path: String,
        header: String,
        value: String,
        status: Int,
        problem: String
    ) async throws {
        try await GatewaySystem.test(.idle) { system, api in
            let answer = try await api.call(method, path, method == .post ? "{}" : nil, headers: [header: value])
            #expect(answer.status == status)
            #expect(answer.problem == problem)
            #expect(try await system.queue.queues().isEmpty)
        }
    }

    @Test(
        "What a caller accepts is read as the standard has it",
        arguments: [
            ("*/*", 1.0), ("application/*;q=0.5", 0.5), ("text/html, application/json;q=0.2, */*;q=0.9", 0.2),
            ("text/html", 0), ("application/json;charset=utf-8", 1), ("APPLICATION/JSON", 1), ("nonsense", 1),
            ("application/json;q=0", 0),
        ]
    )
    func accepts(header: String, weight: Double) {
        #expect(MediaRanges([.accept: header]).weight(of: "application/json") == weight)
    }

    @Test(
        "A known path with another method is 405 and names the methods that there are",
        arguments: [
            (HTTPRequest.Method.delete, "/operations", "GET, HEAD, POST"), (.post, "/health", "GET, HEAD"),
            (.get, "/escalations/esc-1-j-1/decision", "POST"), (.put, "/jobs/j-1", "GET, HEAD"),
            (.get, "/dead-letters/j-1", "DELETE"), (.trace, "/health", "GET, HEAD"), (.options, "/jobs", "POST"),
            (.head, "/jobs", "POST"),
        ]
    )
    func otherMethods(method: HTTPRequest.Method, path: String, allowed: String) async throws {
        try await GatewaySystem.test(.idle) { _, api in
            let answer = try await api.call(method, path)
            #expect(answer.status == 405)
            #expect(answer.header("Allow") == allowed)
        }
    }

    @Test("A body over the cap is 413, and so are parameters over the payload limit, wherever they stand")
    func tooLarge() async throws {
        try await GatewaySystem.test(.idle) { system, api in
            let padding = String(repeating: "x", count: 20 << 20)
            for path in Self.bodyPaths {
                let answer = try await api.post(
                    path,
                    #"{"operation_type":"test_flow","parameters":{"text":"\#(padding)"}}"#
                )
                #expect(answer.status == 413)
                #expect(answer.problem == "too-large")
            }
            let large = String(repeating: "x", count: 1 << 20)
            let job = #"{"queue":"q","action":"a","parameters":{"text":"\#(large)"}}"#
            let cases = [
                ("/operations", #"{"operation_type":"test_flow","parameters":{"text":"\#(large)"}}"#, "parameters"),
                ("/jobs", job, "parameters"),
                ("/jobs/batch", #"{"jobs":[{"queue":"q","action":"a"},\#(job)]}"#, "jobs[1].parameters"),
            ]
            for (path, body, field) in cases {
                let answer = try await api.post(path, body)
                #expect(answer.status == 413)
                #expect(answer.fields == [field])
            }
            #expect(try await system.queue.queues().isEmpty)
        }
    }
}
