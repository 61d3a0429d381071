import Hummingbird
import HummingbirdTesting
import JobModel
import Testing

/// Calls the API, reads JSON, and holds every answer against the server's OpenAPI document.
struct APIClient: Sendable {
    let client: any TestClientProtocol
    private let contract: APIContract?

    /// A client that holds the answers against a document.
    static func recording(
        _ client: any TestClientProtocol,
        _ contract: Result<APIContract, any Error> = APIContract.orchestrator
    ) throws -> APIClient {
        APIClient(client: client, contract: try contract.get())
    }

    private init(client: any TestClientProtocol, contract: APIContract?) {
        self.client = client
        self.contract = contract
    }

    /// What a call answered.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String
        /// The body as JSON; null where it is none.
        let json: JSONValue

        subscript(name: String) -> JSONValue? { json[name] }

        /// The names of the wrong fields, in the order of the document.
        var fields: [String] {
            guard case .array(let errors)? = json["errors"] else { return [] }
            return errors.compactMap { $0["field"]?.string }
        }

        /// The last word of the problem's type.
        var problem: String? { json["type"]?.string?.split(separator: ":").last.map(String.init) }

        func header(_ name: String) -> String? { HTTPFields.Element.Name(name).flatMap { headers[$0] } }
    }

    func call(
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields = HTTPFields()
        for (name, value) in headers {
            if let name = HTTPFields.Element.Name(name) { fields[name] = value }
        }
        let buffer = body.map { ByteBuffer(string: $0) }
        let response = try await client.execute(uri: uri, method: method, headers: fields, body: buffer)
        let text = String(buffer: response.body)
        let json = (try? JSONValue(parsing: text)) ?? .null
        let defects = try contract?.defects(
            of: method.rawValue,
            uri,
            status: response.status.code,
            type: response.headers[.contentType],
            body: text,
            json: json
        )
        #expect(defects ?? [] == [], "\(method) \(uri) → \(response.status.code) \(text)")
        return Answer(status: response.status.code, headers: response.headers, text: text, json: json)
    }

    func get(_ uri: String, headers: [String: String] = [:]) async throws -> Answer {
        try await call(.get, uri, headers: headers)
    }

    func post(_ uri: String, _ body: String = "{}", headers: [String: String] = [:]) async throws -> Answer {
        try await call(.post, uri, body, headers: headers)
    }

    /// Enqueues a job and returns its id.
    func enqueue(_ body: String) async throws -> String {
        let answer = try await post("/jobs", body)
        try #require(answer.status == 202, "\(answer.text)")
        return try #require(answer["id"]?.string)
    }

    /// Reads something again and again until it is as expected; the suite's time limit ends a wait in vain.
    func read(_ uri: String, until isExpected: (Answer) -> Bool) async throws -> Answer {
        while true {
            let answer = try await get(uri)
            if isExpected(answer) { return answer }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until a job is in a state.
    func job(_ id: String, reaches state: String) async throws -> Answer {
        try await read("/jobs/\(id)") { $0["state"]?.string == state }
    }

    /// Waits until something waits for a person, and returns its escalation.
    func firstEscalation() async throws -> JSONValue {
        let answer = try await read("/escalations") { $0["escalations"]?[0] != nil }
        return try #require(answer["escalations"]?[0])
    }
}
