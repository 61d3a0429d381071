import JobModel
import Hummingbird
import Orchestrator

/// A problem document (RFC 9457): what every error of the API answers.
///
/// `type` is `urn:concord:problem:` and a word of a closed vocabulary, so that a program can tell the problems apart
/// without reading the text.
struct Problem: Error, Sendable {
    /// The problems that there are.
    enum Kind: String, Sendable, CaseIterable {
        case malformedBody = "malformed-body"
        case invalidFields = "invalid-fields"
        case unknownAction = "unknown-action"
        case crossOrigin = "cross-origin"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case notAcceptable = "not-acceptable"
        case unsupportedMediaType = "unsupported-media-type"
        case upgradeRequired = "upgrade-required"
        case conflict
        case tooLarge = "too-large"
        case badRequest = "bad-request"
        case internalError = "internal-error"
        case unavailable
        case full

        /// The status of the answer.
        var status: HTTPResponse.Status {
            switch self {
            case .malformedBody, .unknownAction, .badRequest: .badRequest
            case .invalidFields: .unprocessableContent
            case .crossOrigin: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .notAcceptable: .notAcceptable
            case .unsupportedMediaType: .unsupportedMediaType
            case .upgradeRequired: .upgradeRequired
            case .conflict: .conflict
            case .tooLarge: .contentTooLarge
            case .internalError: .internalServerError
            case .unavailable: .serviceUnavailable
            case .full: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
            }
        }

        /// The `type` of the document.
        var type: String { "urn:concord:problem:\(rawValue)" }

        /// A short text that is the same for every occurrence.
        var title: String {
            switch self {
            case .malformedBody: "The body is not JSON"
            case .invalidFields: "Fields of the request are wrong"
            case .unknownAction: "The worker has no such action"
            case .crossOrigin: "The request comes from another site"
            case .notFound: "Not found"
            case .methodNotAllowed: "The path does not have this method"
            case .notAcceptable: "The path does not answer in that form"
            case .unsupportedMediaType: "The body is not in a form that the path reads"
            case .upgradeRequired: "The path speaks WebSocket only"
            case .conflict: "The state does not allow this"
            case .tooLarge: "The request is too large"
            case .badRequest: "The request cannot be read"
            case .internalError: "The server made an error"
            case .unavailable: "Redis cannot be reached"
            case .full: "Redis is full"
            }
        }
    }

    /// Which problem it is.
    var kind: Kind
    /// What happened here and what to do; no payload, no secret.
    var detail: String
    /// Every field that is wrong.
    var errors: [FieldDefect]
    /// Headers of the answer beside its type.
    var headers: HTTPFields

    init(_ kind: Kind, _ detail: String, errors: [FieldDefect] = [], headers: HTTPFields = [:]) {
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// The body is no JSON.
    static let malformedBody = Problem(.malformedBody, "the body must be one JSON object")

    /// The body names fields that are wrong, missing or unknown; nothing has been stored.
    static func invalid(_ errors: [FieldDefect]) -> Problem {
        Problem(
            .invalidFields,
            "\(errors.count == 1 ? "one field is" : "\(errors.count) fields are") wrong",
            errors: errors
        )
    }

    /// One field is wrong.
    static func invalid(_ field: String, _ message: String) -> Problem { invalid([FieldDefect(field, message)]) }

    /// Nothing of that kind has that id.
    static func notFound(_ what: String, _ id: String) -> Problem { Problem(.notFound, "there is no \(what) \(id)") }

    /// The path is known, the method is not.
    static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(.methodNotAllowed, "\(method) is not allowed here; allowed: \(list)", headers: [.allow: list])
    }

    /// The path answers in other forms than those that the caller reads.
    static func notAcceptable(_ forms: [String]) -> Problem {
        Problem(.notAcceptable, "the answer would be \(forms.joined(separator: " or "))")
    }

    /// The body's type is none that is read.
    static let unsupportedMediaType = Problem(
        .unsupportedMediaType,
        "the body must be application/json",
        headers: [.accept: "application/json"]
    )

    /// The request is no handshake of a WebSocket of version 13 (RFC 6455, section 4.2).
    static let upgradeRequired = Problem(
        .upgradeRequired,
        "ask for a WebSocket of version 13 with the first request of a connection",
        headers: [.connection: "upgrade", .upgrade: "websocket", .secWebSocketVersion: "13"]
    )

    /// The answer.
    func response(requestID: String) throws -> Response {
        let document = Document(
            type: kind.type,
            title: kind.title,
            status: kind.status.code,
            detail: detail,
            errors: errors.isEmpty ? nil : errors,
            requestID: requestID
        )
        return try Response(document, status: kind.status, headers: headers, type: "application/problem+json")
    }

    /// What the documents look like.
    static let shape = Shape(
        "Problem",
        .answer(
            "What went wrong (RFC 9457).",
            [
                .required("type", .string("Which problem it is.", enum: Kind.allCases.map(\.type))),
                .required("title", .string("The same for every occurrence.")),
                .required("status", .integer("The status of the answer.", minimum: 400, maximum: 599)),
                .required("detail", .string("What happened here and what to do.")),
                .optional(
                    "errors",
                    .array(
                        of: .answer([
                            .required("field", .string("The field's path, such as `parameters.counties[0]`.")),
                            .required("message", .string()),
                        ]),
                        "Every field that is wrong."
                    )
                ),
                .required("request_id", .string("Names the request in the server's log.")),
            ]
        )
    )

    private struct Document: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
        let errors: [FieldDefect]?
        let requestID: String

        enum CodingKeys: String, CodingKey {
            case type, title, status, detail, errors
            case requestID = "request_id"
        }
    }
}
