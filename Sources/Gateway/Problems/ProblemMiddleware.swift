import Hummingbird
import Logging

/// Turns every error into a problem document, and logs those that are the server's own.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(error)
            if problem.kind.status.kind == .serverError {
                context.logger.error(
                    "request failed",
                    metadata: [
                        "http.method": "\(request.method)",
                        "http.path": "\(request.uri.path)", "http.status": "\(problem.kind.status.code)",
                        "error": "\(error)",
                    ]
                )
            }
            return try problem.response(requestID: context.requestID)
        }
    }
}
