import Hummingbird
import JobModel
import JobQueue
import Logging

/// Paths that run an action of the process: `GET /search?q=…` for action `search` with parameter `q`.
///
/// Parameters, answers and their description all follow from the action's own schemas.
struct ActionRoutesController: Sendable {
    let runs: DirectRun
    let routes: [ActionRoute]
    let maximumBodyBytes: Int

    var endpoints: [Endpoint] {
        routes.compactMap { route in
            runs.descriptions.first { $0.name == route.action }.map { endpoint(route, $0) }
        }
    }

    private func endpoint(_ route: ActionRoute, _ action: ActionDescription) -> Endpoint {
        let properties = action.parameters.properties
        let parameters: [Endpoint.Parameter] = properties.compactMap { property in
            let isInPath = route.path.contains("{\(property.name)}")
            guard isInPath || !route.isPost else { return nil }
            return Endpoint.Parameter(
                place: isInPath ? .path : .query,
                name: property.name,
                summary: property.schema.summary ?? property.name,
                schema: property.schema
            )
        }
        let json = (type: "application/json", shape: Shape(action.result), example: JSONValue?.none)
        let texts = route.forms.map { (type: $0.type, shape: Shape(.string("The text.")), example: JSONValue?.none) }
        return Endpoint(
            route.isPost ? .post : .get,
            route.path,
            .actions,
            action.summary,
            details: "Runs action `\(action.name)` at once and answers its result.",
            parameters: parameters,
            body: route.isPost ? Endpoint.Body(shape: Shape(action.parameters), example: [:], isOptional: true) : nil,
            answers: [Endpoint.Answer(status: 200, summary: "The result.", forms: [json] + texts)],
            problems: [.notFound, .conflict, .invalidFields],
            handler: { try await run(route, action, $0, $1) }
        )
    }

    private func run(
        _ route: ActionRoute,
        _ action: ActionDescription,
        _ request: Request,
        _ context: GatewayContext
    ) async throws -> Response {
        var given = try await parameters(route, action, request, context)
        let form = form(route, given, request)
        if let form { given["format"] = .string(form.format) }
        let parameters = JSONValue.object(given)
        let defects = action.parameters.defects(in: parameters)
        if !defects.isEmpty { throw Problem.invalid(defects) }
        let result: JSONValue
        do {
            let id = JobID(trusted: "\(runs.kind.rawValue.prefix(2))-\(UInt64.random(in: .min ... .max))")
            result = try await runs.run(action.name, parameters: parameters, id: id).result
        } catch let failure as JobFailure {
            throw Problem(failure)
        }
        if let form, let content = result["content"]?.string {
            return Response(text: content, type: "\(form.type); charset=utf-8")
        }
        return try Response(result)
    }

    /// The form that the parameter `format` names, or else the one that the caller reads best; nil for JSON.
    private func form(_ route: ActionRoute, _ given: [String: JSONValue], _ request: Request) -> ActionRoute.Form? {
        guard !route.forms.isEmpty else { return nil }
        if let format = given["format"]?.string { return route.forms.first { $0.format == format } }
        let best = MediaRanges(request.headers).best(of: ["application/json"] + route.forms.map(\.type))
        return route.forms.first { $0.type == best }
    }

    private func parameters(
        _ route: ActionRoute,
        _ action: ActionDescription,
        _ request: Request,
        _ context: GatewayContext
    ) async throws -> [String: JSONValue] {
        var given: [String: JSONValue] = [:]
        if route.isPost {
            let bytes = try await request.bytes(upTo: maximumBodyBytes)
            if !bytes.isEmpty {
                guard let document = try? JSONValue(parsing: bytes) else { throw Problem.malformedBody }
                guard case .object(let members) = document else { throw Problem.invalid("", "must be a JSON object") }
                given = members
            }
        }
        let query = QueryReader(request)
        for property in action.parameters.properties {
            if route.path.contains("{\(property.name)}") {
                given[property.name] = .string(try context.text(property.name))
            } else if !route.isPost, let text = query.text(property.name) {
                given[property.name] = Self.value(text, property.schema)
            }
        }
        return given
    }

    /// The text of a query as its schema wants it; what cannot be read so stays text, and the schema says why it is wrong.
    private static func value(_ text: String, _ schema: JSONSchema) -> JSONValue {
        if schema.kinds.contains(.integer), let number = Int(text) { return .integer(number) }
        if schema.kinds.contains(.number), let number = Double(text) { return .number(number) }
        if schema.kinds.contains(.boolean), let flag = Bool(text) { return .bool(flag) }
        if schema.kinds.contains(.array) { return .array(text.split(separator: ",").map { .string(String($0)) }) }
        return .string(text)
    }
}

extension Problem {
    /// What an action's failure is to the caller of its path.
    fileprivate init(_ failure: JobFailure) {
        switch failure.code {
        case "invalid_parameters": self = .invalid(failure.field ?? "", failure.message)
        case _ where failure.code.hasPrefix("unknown_"): self.init(.notFound, failure.message)
        case _ where failure.isRetryable: self = .unavailable(failure.message)
        default: self.init(.conflict, failure.message)
        }
    }
}
