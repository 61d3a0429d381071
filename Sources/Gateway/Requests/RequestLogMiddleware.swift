import Hummingbird
import Logging

/// Names every request by an id, in the log and in the header `X-Request-ID`, and logs its outcome at debug.
struct RequestLogMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[named: "X-Request-ID"] = context.requestID
        // The path, without the query: a query may hold what somebody searched for.
        context.logger.debug(
            "request answered",
            metadata: [
                "http.method": "\(request.method)", "http.path": "\(request.uri.path)",
                "http.status": "\(response.status.code)", "duration": "\(ContinuousClock.now - began)",
            ]
        )
        return response
    }
}
