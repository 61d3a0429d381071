import Hummingbird
import JobModel

/// One method of one path: how it is handled, and how the OpenAPI document describes it.
///
/// The router's routes and the document are made from the same list of these, so that neither can say what the other
/// does not.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, GatewayContext) async throws -> Response

    /// What the paths are grouped by.
    enum Topic: String, Sendable, CaseIterable {
        case health, operations, events, escalations, jobs, queues, deadLetters = "dead-letters", schedules, actions
        case description
    }

    /// A part of the request's path, query or headers.
    struct Parameter: Sendable, Hashable {
        enum Place: String, Sendable {
            case path, query, header
        }

        let place: Place
        let name: String
        let summary: String
        let schema: JSONSchema
    }

    /// A body that a request has.
    struct Body: Sendable {
        let shape: Shape
        let example: JSONValue
        /// Whether it may be left out.
        var isOptional = false
    }

    /// An answer that is no problem.
    struct Answer: Sendable {
        let status: Int
        let summary: String
        /// The forms that it comes in, the usual one first; empty for no body.
        var forms: [(type: String, shape: Shape, example: JSONValue?)] = []
        /// Headers that it may have, and what they say.
        var headers: [String: String] = [:]
    }

    let method: HTTPRequest.Method
    /// The path with its parameters in braces, such as `/jobs/{id}`.
    let path: String
    let topic: Topic
    let summary: String
    /// More about it, for the document.
    var details: String?
    let parameters: [Parameter]
    let body: Body?
    let answers: [Answer]
    /// The problems that it answers with, beside those that every path may have.
    let problems: [Problem.Kind]
    let handler: Handler

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ topic: Topic,
        _ summary: String,
        details: String? = nil,
        parameters: [Parameter] = [],
        body: Body? = nil,
        answers: [Answer],
        problems: [Problem.Kind] = [],
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.topic = topic
        self.summary = summary
        self.details = details
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.problems = problems
        self.handler = handler
    }
}

extension Endpoint {
    /// The problems that it may answer with, in the order of their status.
    var allProblems: [Problem.Kind] {
        var kinds: Set<Problem.Kind> = Set(problems).union([.internalError, .unavailable])
        // What writes may meet a Redis that has no room.
        if method == .post || method == .put { kinds.insert(.full) }
        if !forms.isEmpty { kinds.insert(.notAcceptable) }
        if method != .get { kinds.insert(.crossOrigin) }
        if body != nil { kinds.formUnion([.malformedBody, .invalidFields, .tooLarge, .unsupportedMediaType]) }
        if parameters.contains(where: { $0.place == .query }) { kinds.insert(.invalidFields) }
        return kinds.sorted { ($0.status.code, $0.rawValue) < ($1.status.code, $1.rawValue) }
    }

    /// The forms that its answers come in.
    private var forms: [String] {
        var forms: [String] = []
        for form in answers.flatMap(\.forms) where !forms.contains(form.type) { forms.append(form.type) }
        return forms
    }

    /// Handles a request whose body and whose answer have forms that both sides know.
    ///
    /// - Throws: the ``Problem`` 406 or 415 otherwise; what the handler throws.
    @Sendable func respond(to request: Request, context: GatewayContext) async throws -> Response {
        let forms = forms
        if !forms.isEmpty, MediaRanges(request.headers).best(of: forms) == nil { throw Problem.notAcceptable(forms) }
        if body != nil, let type = request.headers[.contentType] {
            let name = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
            guard name == "application/json" || name.hasPrefix("application/") && name.hasSuffix("+json") else {
                throw Problem.unsupportedMediaType
            }
        }
        return try await handler(request, context)
    }
}
