import AsyncHTTPClient
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobQueue
import NIOCore
import NIOHTTP1

/// Sends a request and follows redirects to addresses that a job might have named itself.
///
/// The client's own redirects would also lead from https to http, or to a service of this machine.
struct HTTPRedirects {
    let client: HTTPClient
    let deadline: ContinuousClock.Instant

    /// The first answer that is no redirect.
    func get(_ address: String, _ headers: HTTPHeaders) async throws -> HTTPClientResponse {
        var current = address
        for _ in 0...5 {
            var request = HTTPClientRequest(url: current)
            request.headers = headers
            let left = (deadline - ContinuousClock.now).wholeMilliseconds
            let response = try await client.execute(request, timeout: .milliseconds(Int64(max(1, left))))
            guard [301, 302, 303, 307, 308].contains(response.status.code),
                let location = response.headers.first(name: "Location")
            else { return response }
            current = try target(location, from: current)
        }
        throw JobFailure("too_many_redirects", "\(address) redirects without an end", field: "source")
    }

    private func target(_ location: String, from current: String) throws(JobFailure) -> String {
        guard let base = URL(string: current), let url = URL(string: location, relativeTo: base)?.absoluteURL,
            let host = url.host
        else { throw JobFailure("invalid_answer", "\(current) redirects to what is no address", field: "source") }
        let isAllowed =
            switch url.scheme {
            case "https": true
            // Only from loopback to loopback.
            case "http": RollSource.isLoopback(host) && base.scheme == "http"
            default: false
            }
        guard isAllowed else {
            throw JobFailure(
                "unsafe_redirect",
                "\(current) redirects to \(url.scheme ?? "")://\(host), which is not https",
                field: "source"
            )
        }
        return url.absoluteString
    }
}
