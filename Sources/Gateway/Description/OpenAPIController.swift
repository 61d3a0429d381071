import Hummingbird
import JobModel
import NIOCore
import Synchronization

/// `GET /openapi.json`: the description of everything that the server answers, this path included.
///
/// The document is made when it is first asked for, and kept: it does not change while the process runs.
final class OpenAPIController: Sendable {
    private let title: String
    private let summary: String
    private let made = Mutex<ByteBuffer?>(nil)

    init(title: String, summary: String) {
        self.title = title
        self.summary = summary
    }

    /// The endpoint that describes `others` and itself.
    func endpoint(beside others: [Endpoint]) -> Endpoint {
        endpoint { [self] _, _ in
            let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-cache"]
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: try text(of: others)))
        }
    }

    private func text(of others: [Endpoint]) throws -> ByteBuffer {
        if let text = made.withLock({ $0 }) { return text }
        let text = ByteBuffer(bytes: try JSONCoding.encode(document(of: others).json))
        made.withLock { $0 = text }
        return text
    }

    /// The description of `others` and of the document's own path.
    func document(of others: [Endpoint]) -> OpenAPIDocument {
        let endpoints = others + [endpoint { _, _ in Response(status: .ok) }]
        return OpenAPIDocument(title: title, summary: summary, endpoints: endpoints)
    }

    private func endpoint(_ handler: @escaping Endpoint.Handler) -> Endpoint {
        Endpoint(
            .get,
            "/openapi.json",
            .description,
            "This document",
            answers: [.json(200, "The document, OpenAPI 3.1.", Shape(.document()), example: ["openapi": "3.1.0"])],
            handler: handler
        )
    }
}
