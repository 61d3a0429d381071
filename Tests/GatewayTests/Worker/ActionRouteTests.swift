import HummingbirdTesting
import JobModel
import Logging
import Testing

@testable import Gateway
@testable import JobQueue

/// Answers what it was given, in the form that was asked for.
private struct Mirror: Action {
    static let name = "mirror"
    static let summary = "Answers what it was given."
    static let parameterSchema = JSONSchema.object([
        .required("id", .string("An id.", minLength: 1)), .optional("count", .integer("A number.", minimum: 0)),
        .optional("share", .number("A share.")), .optional("flag", .boolean("A flag.")),
        .optional("words", .array(of: .string(), "Words.")),
        .optional("format", .string("A form.", enum: ["html", "markdown"])),
    ])
    static let resultSchema = JSONSchema.object([
        .required("given", .map(of: .any)), .required("content", .string()),
    ])

    typealias Parameters = [String: JSONValue]

    struct Result: Encodable {
        var given: [String: JSONValue]
        var content: String
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        switch parameters["id"] {
        case "gone": throw JobFailure("unknown_thing", "there is no such thing")
        case "bare": throw JobFailure("not_configured", "there is no database")
        case "late": throw JobFailure("database_unavailable", "the database is away", isRetryable: true)
        case "odd": throw JobFailure("invalid_parameters", "is odd", field: "id")
        default: break
        }
        let form = parameters["format"]?.string ?? "none"
        return .completed(Result(given: parameters, content: "as \(form)"), confidence: 1)
    }
}

/// Paths of an agent's server that run its actions.
@Suite(.timeLimit(.minutes(1)))
struct ActionRouteTests {
    private func test(_ body: @escaping @Sendable (APIClient) async throws -> Void) async throws {
        let forms = [
            ActionRoute.Form(type: "text/markdown", format: "markdown"),
            ActionRoute.Form(type: "text/html", format: "html"),
        ]
        let server = try WorkerServer(
            kind: "explorer",
            actions: [Mirror()],
            routes: [
                ActionRoute(path: "/things/{id}", action: "mirror"),
                ActionRoute(path: "/page", action: "mirror", forms: forms),
                ActionRoute(isPost: true, path: "/things/create", action: "mirror"),
            ],
            isAgent: true,
            status: { Worker.Status(isReady: true, running: 0, settled: 0) },
            configuration: GatewayConfiguration(port: 0, maximumBodyBytes: 4096),
            logger: Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let document = try JSONValue(
            encoding: try WorkerServer.description("explorer", isAgent: true).document(of: server.endpoints()).json
        )
        let contract = Result<APIContract, any Error>.success(APIContract(document: document))
        try await server.application().test(.router) { try await body(try APIClient.recording($0, contract)) }
    }

    @Test("A query's texts become what the action's schema wants")
    func query() async throws {
        try await test { api in
            let answer = try await api.get("/things/a%20b?count=3&share=0.5&flag=true&words=x,y")
            #expect(answer.status == 200)
            #expect(
                answer["given"]
                    == ["id": "a b", "count": 3, "share": 0.5, "flag": true, "words": ["x", "y"]]
            )
        }
    }

    @Test(
        "What does not fit the schema is 422 with the parameter's name",
        arguments: ["count=-1", "count=x", "flag=7"]
    )
    func wrong(query: String) async throws {
        try await test { api in
            let answer = try await api.get("/things/a?\(query)")
            #expect(answer.status == 422)
            #expect(answer.fields == [String(query.prefix { $0 != "=" })])
        }
    }

    @Test(
        "An action's failure is a problem of its kind",
        arguments: [("gone", 404), ("bare", 409), ("late", 503), ("odd", 422)]
    )
    func failures(id: String, status: Int) async throws {
        try await test { api in
            let answer = try await api.get("/things/\(id)")
            #expect(answer.status == status)
        }
    }

    @Test("The form follows the parameter before the header, and is JSON where nothing is said")
    func forms() async throws {
        try await test { api in
            #expect(try await api.get("/page?id=a")["content"] == "as none")
            let html = try await api.get("/page?id=a", headers: ["Accept": "text/html,*/*;q=0.1"])
            #expect(html.header("Content-Type") == "text/html; charset=utf-8")
            #expect(html.text == "as html")
            let markdown = try await api.get("/page?id=a&format=markdown", headers: ["Accept": "*/*"])
            #expect(markdown.header("Content-Type") == "text/markdown; charset=utf-8")
            #expect(try await api.get("/page?id=a", headers: ["Accept": "image/png"]).status == 406)
        }
    }

    @Test("A POST takes its parameters from the body")
    func post() async throws {
        try await test { api in
            let answer = try await api.post("/things/create", #"{"id":"a","count":2}"#)
            #expect(answer["given"] == ["id": "a", "count": 2])
            #expect(try await api.post("/things/create", "[]").status == 422)
            #expect(try await api.post("/things/create", "{").status == 400)
        }
    }
}
