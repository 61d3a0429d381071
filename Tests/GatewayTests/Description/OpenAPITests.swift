import Hummingbird
import HummingbirdTesting
import JobModel
import Logging
import Testing
import TestSupport

@testable import Gateway
@testable import JobQueue

/// The documents that the servers give of themselves.
@Suite(.redisServer(), .timeLimit(.minutes(2)))
struct OpenAPITests {
    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    private static func worker() throws -> WorkerServer {
        try WorkerServer(
            kind: "florida_data",
            actions: [Echo(), Failing(), Hold(gate: Gate())],
            status: { Worker.Status(isReady: true, running: 0, settled: 0) },
            logger: Logger(label: "gateway-tests") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func orchestratorEndpoints() throws -> [Endpoint] {
        let system = try GatewaySystem(.idle, redisURL: "redis://127.0.0.1:1")
        let feed = LiveFeed(operations: system.operations, events: system.events, logger: system.logger)
        return system.server.endpoints(
            LiveDoorman(operations: system.operations, feed: feed, backlogBytes: 65_536)
        )
    }

    /// What an orchestrator's document says.
    static func orchestratorDocument() throws -> JSONValue {
        try OrchestratorServer.description.document(of: orchestratorEndpoints()).json
    }

    /// What the document of a worker of the fake actions says.
    static func workerDocument() throws -> JSONValue {
        try WorkerServer.description("florida_data").document(of: worker().endpoints()).json
    }

    @Test("The documents that are served are those that the tests hold the answers against")
    func isServed() async throws {
        let served = try await GatewaySystem.test(.idle) { _, api in try await api.get("/openapi.json") }
        // Written and read again: a number such as 1.0 is then a whole one.
        func written(_ document: JSONValue) throws -> JSONValue { try JSONValue(parsing: try document.encoded) }
        #expect(served.json == (try written(try Self.orchestratorDocument())))
        let worker = try await Self.worker().application().test(.router) { client in
            try await APIClient.recording(client, APIContract.worker).get("/openapi.json")
        }
        #expect(worker.json == (try written(try Self.workerDocument())))
    }

    @Test("Every path that the router answers is described, and every described path is answered")
    func isComplete() async throws {
        try await GatewaySystem.test(.idle) { system, api in
            let document = try await api.get("/openapi.json")
            guard case .object(let paths)? = document["paths"] else {
                Issue.record("the document has no paths")
                return
            }
            let described = Set(paths.keys)
            let routed = Set(HTTPServer.router(try Self.orchestratorEndpoints()).routes.map(\.path.description))
            #expect(described.subtracting(["/openapi.json"]) == routed)
            // What is answered is seen from outside: a method that a path does not have is 405.
            for (path, methods) in paths {
                guard case .object(let methods) = methods else { continue }
                let place = path.replacing("{id}", with: "op-20250101-000000-00000000").replacing("{name}", with: "q")
                for method in Self.methods {
                    let answer = try await api.call(method, place)
                    let isDescribed = methods[method.rawValue.lowercased()] != nil
                    #expect((answer.status != 405) == isDescribed, "\(method) \(path)")
                }
            }
        }
    }

    @Test("The paths of the contract are all there")
    func hasTheContract() async throws {
        let contract = [
            "GET /health", "POST /operations", "GET /operations", "GET /operations/{id}",
            "POST /operations/{id}/cancel",
            "POST /operations/{id}/retry", "GET /operations/{id}/events", "GET /operations/{id}/plan",
            "GET /escalations", "GET /escalations/{id}", "POST /escalations/{id}/claim",
            "POST /escalations/{id}/release", "POST /escalations/{id}/decision", "POST /jobs", "POST /jobs/batch",
            "GET /jobs/{id}", "POST /jobs/{id}/cancel", "GET /queues", "POST /queues/{name}/pause",
            "POST /queues/{name}/resume", "GET /workers", "GET /dead-letters", "POST /dead-letters/{id}/retry",
            "DELETE /dead-letters/{id}", "GET /metrics", "GET /ws",
        ]
        let there = Set(try Self.orchestratorEndpoints().map { "\($0.method) \($0.path)" })
        #expect(Set(contract).subtracting(there).isEmpty)
        let ofWorker = Set(try Self.worker().endpoints().map { "\($0.method) \($0.path)" })
        #expect(ofWorker == ["GET /health", "GET /metrics", "GET /actions", "POST /operations"])
    }

    @Test("Every example is a document that its schema accepts, member by member")
    func examples() throws {
        let endpoints = try Self.orchestratorEndpoints() + Self.worker().endpoints()
        var count = 0
        for endpoint in endpoints {
            for form in endpoint.answers.flatMap(\.forms) {
                guard let example = form.example else { continue }
                count += 1
                Self.check(example, form.shape, "\(endpoint.method) \(endpoint.path)")
            }
            if let body = endpoint.body, endpoint.path != "/operations" {
                count += 1
                Self.check(body.example, body.shape, "\(endpoint.method) \(endpoint.path)")
            }
        }
        #expect(count > 40)
    }

    private static func check(_ example: JSONValue, _ shape: Shape, _ place: String) {
        let defects = shape.alternatives.map { $0.strict.defects(in: example) }
        let fewest = defects.min { $0.count < $1.count } ?? []
        #expect(fewest.isEmpty, "\(place): \(fewest)")
    }

    @Test("Every answer that can go wrong is described as a problem document, and the parameters of a path are named")
    func isThorough() throws {
        for endpoints in [try Self.orchestratorEndpoints(), try Self.worker().endpoints()] {
            let document = try OpenAPIDocument(title: "t", summary: "s", endpoints: endpoints).json
            guard case .object(let paths)? = document["paths"] else { continue }
            for (path, methods) in paths {
                guard case .object(let methods) = methods else { continue }
                for (method, operation) in methods {
                    let place = "\(method) \(path)"
                    #expect(operation["responses"]?["500"]?["content"]?["application/problem+json"] != nil, "\(place)")
                    #expect(operation["responses"]?["503"] != nil, "\(place)")
                    if path.contains("{") {
                        #expect(operation["parameters"]?[0]?["in"] == "path", "\(place)")
                    }
                    if operation["requestBody"] != nil {
                        for status in ["400", "413", "415", "422"] {
                            #expect(operation["responses"]?[status] != nil, "\(place) \(status)")
                        }
                    }
                }
            }
        }
    }

    @Test("A worker's document has one alternative for each action, with the action's own parameters")
    func describesActions() throws {
        let endpoints = try Self.worker().endpoints()
        let document = try OpenAPIDocument(title: "t", summary: "s", endpoints: endpoints).json
        let alternatives = document["components"]?["schemas"]?["DirectRunRequest"]?["oneOf"]
        #expect(alternatives?[0]?["properties"]?["operation"]?["enum"] == ["echo"])
        #expect(alternatives?[0]?["properties"]?["parameters"]?["required"] == ["text"])
        #expect(alternatives?[2]?["properties"]?["operation"]?["enum"] == ["hold"])
    }
}
