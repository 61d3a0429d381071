import Hummingbird

/// Refuses calls that change something and come from a page of another site.
///
/// A server on loopback without keys trusts whoever runs on the machine, and that includes a browser, which sends a
/// page's simple POST to any address without asking first. Browsers name the origin in `Sec-Fetch-Site` and `Origin`,
/// which a page cannot forge; other clients send neither.
struct CrossOriginMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get || request.method == .head || request.isFromHere else {
            throw Problem(.crossOrigin, "pages of other sites may not change anything here")
        }
        return try await next(request, context)
    }
}

extension Request {
    /// Whether it comes from no page, or from a page of this server.
    var isFromHere: Bool {
        if let site = headers[named: "Sec-Fetch-Site"] { return site == "same-origin" || site == "none" }
        guard let origin = headers[.origin] else { return true }
        guard let host = head.authority, let scheme = origin.firstRange(of: "://") else { return false }
        return origin[scheme.upperBound...] == host
    }
}
