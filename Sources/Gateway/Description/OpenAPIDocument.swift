import Hummingbird
import JobModel
import JobQueue

/// The description of a server's endpoints after OpenAPI 3.1.
struct OpenAPIDocument {
    private let title: String
    private let summary: String
    private let endpoints: [Endpoint]

    init(title: String, summary: String, endpoints: [Endpoint]) {
        self.title = title
        self.summary = summary
        self.endpoints = endpoints
    }

    /// The document.
    ///
    /// - Throws: where a schema cannot be written as JSON.
    var json: JSONValue {
        get throws {
            var components = Components()
            let problem = try components.reference(Problem.shape)
            var paths: [String: JSONValue] = [:]
            for endpoint in endpoints {
                let operation = try describe(endpoint, problem, &components)
                guard case .object(var methods) = paths[endpoint.path] ?? .object([:]) else { continue }
                methods[endpoint.method.rawValue.lowercased()] = operation
                paths[endpoint.path] = .object(methods)
            }
            let topics = Endpoint.Topic.allCases.filter { topic in endpoints.contains { $0.topic == topic } }
            return [
                "openapi": "3.1.0",
                "info": [
                    "title": .string(title), "summary": .string(summary),
                    "version": .string(ConcordVersion.current),
                    "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
                ],
                "servers": [["url": "/"]],
                "tags": .array(topics.map { ["name": .string($0.rawValue)] }),
                "paths": .object(paths),
                "components": ["schemas": .object(try components.schemas)],
            ]
        }
    }

    private func describe(
        _ endpoint: Endpoint,
        _ problem: JSONValue,
        _ components: inout Components
    ) throws -> JSONValue {
        var operation: [String: JSONValue] = [
            "operationId": .string(Self.operationID(endpoint)), "summary": .string(endpoint.summary),
            "tags": [.string(endpoint.topic.rawValue)],
        ]
        if let details = endpoint.details { operation["description"] = .string(details) }
        if !endpoint.parameters.isEmpty {
            operation["parameters"] = .array(try endpoint.parameters.map(Self.describe))
        }
        if let body = endpoint.body {
            let media: JSONValue = ["schema": try components.reference(body.shape), "example": body.example]
            operation["requestBody"] = [
                "required": .bool(!body.isOptional), "content": ["application/json": media],
            ]
        }
        var responses: [String: JSONValue] = [:]
        for answer in endpoint.answers {
            responses[String(answer.status)] = try describe(answer, &components)
        }
        let problems = Dictionary(grouping: endpoint.allProblems) { String($0.status.code) }
        for (status, kinds) in problems where responses[status] == nil {
            responses[status] = Self.describe(kinds, problem)
        }
        operation["responses"] = .object(responses)
        return .object(operation)
    }

    private static func describe(_ parameter: Endpoint.Parameter) throws -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "description": .string(parameter.summary), "required": .bool(parameter.place == .path),
            "schema": try JSONValue(encoding: parameter.schema),
        ]
    }

    private func describe(_ answer: Endpoint.Answer, _ components: inout Components) throws -> JSONValue {
        var response: [String: JSONValue] = ["description": .string(answer.summary)]
        var content: [String: JSONValue] = [:]
        for form in answer.forms {
            var media: [String: JSONValue] = ["schema": try components.reference(form.shape)]
            if let example = form.example { media["example"] = example }
            content[form.type] = .object(media)
        }
        if !content.isEmpty { response["content"] = .object(content) }
        if !answer.headers.isEmpty {
            response["headers"] = .object(
                answer.headers.mapValues { ["description": .string($0), "schema": ["type": "string"]] }
            )
        }
        return .object(response)
    }

    /// Several problems may have one status.
    private static func describe(_ kinds: [Problem.Kind], _ problem: JSONValue) -> JSONValue {
        let examples = kinds.map { kind -> (String, JSONValue) in
            let example: JSONValue = [
                "type": .string(kind.type), "title": .string(kind.title), "status": .integer(kind.status.code),
                "detail": .string(kind.title), "request_id": "3f0c9a",
            ]
            return (kind.rawValue, ["value": example])
        }
        return [
            "description": .string(kinds.map(\.title).joined(separator: ", or: ")),
            "content": [
                "application/problem+json": [
                    "schema": problem, "examples": .object(Dictionary(examples) { first, _ in first }),
                ]
            ],
        ]
    }

    /// `get_jobs_id_cancel` of `GET /jobs/{id}/cancel`.
    private static func operationID(_ endpoint: Endpoint) -> String {
        let words = endpoint.path.split(separator: "/").map { word in
            String(word.map { $0.isLetter || $0.isNumber ? $0 : "_" }).split(separator: "_").joined(separator: "_")
        }
        return ([endpoint.method.rawValue.lowercased()] + words).joined(separator: "_")
    }
}

/// The named schemas of a document.
private struct Components {
    private var named: [String: JSONValue] = [:]

    /// The schema of a shape: a reference where it has a name.
    mutating func reference(_ shape: Shape) throws -> JSONValue {
        let schemas = try shape.alternatives.map { try JSONValue(encoding: $0) }
        let schema: JSONValue = schemas.count == 1 ? schemas[0] : ["oneOf": .array(schemas)]
        guard let name = shape.name else { return schema }
        named[name] = schema
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    /// All of them; one that stands within another is referred to there.
    var schemas: [String: JSONValue] {
        get throws {
            let names = Dictionary(named.map { ($1, $0) }) { first, second in min(first, second) }
            return named.mapValues { schema in
                guard case .object(let members) = schema else { return schema }
                return .object(members.mapValues { Self.referring($0, names) })
            }
        }
    }

    private static func referring(_ value: JSONValue, _ names: [JSONValue: String]) -> JSONValue {
        if let name = names[value] { return ["$ref": .string("#/components/schemas/\(name)")] }
        switch value {
        case .object(let members): return .object(members.mapValues { referring($0, names) })
        case .array(let elements): return .array(elements.map { referring($0, names) })
        default: return value
        }
    }
}
