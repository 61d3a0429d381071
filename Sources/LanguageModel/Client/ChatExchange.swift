import AsyncHTTPClient
import Glibc
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// One request and its answer over HTTP, with limits of time and size.
///
/// Each has a connection of its own: a call takes seconds and a connection milliseconds, and so there is nothing to shut down.
struct ChatExchange: Sendable {
    private let address: String
    private let headers: HTTPHeaders
    private let http: HTTPClient.Configuration
    private let maximumBytes: Int

    /// - Throws: ``LanguageModelError`` `invalidConfiguration`.
    init(_ configuration: LanguageModelConfiguration) throws(LanguageModelError) {
        let base = configuration.baseURL.hasSuffix("/") ? configuration.baseURL.dropLast() : configuration.baseURL[...]
        guard let url = URL(string: String(base)), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty
        else {
            throw LanguageModelError(
                .invalidConfiguration,
                "the base URL must be http:// or https:// with a host, and the path up to the API's version"
            )
        }
        // A key in clear over a network is a key lost.
        if scheme == "http", !configuration.apiKey.isEmpty, !Self.isLoopback(host) {
            throw LanguageModelError(.invalidConfiguration, "an API key is only sent over https, or to this machine")
        }
        guard !configuration.apiKey.contains(where: { $0.isNewline || !$0.isASCII }) else {
            throw LanguageModelError(.invalidConfiguration, "the API key has characters that no key has")
        }
        address = base + "/chat/completions"
        var headers: HTTPHeaders = ["Content-Type": "application/json", "Accept": "application/json"]
        if !configuration.apiKey.isEmpty { headers.add(name: "Authorization", value: "Bearer \(configuration.apiKey)") }
        self.headers = headers
        maximumBytes = configuration.maximumReplyBytes
        // Redirects would take the key to another host.
        var http = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .milliseconds(Int64(configuration.connectTimeout.wholeMilliseconds)),
                read: .milliseconds(Int64(configuration.idleTimeout.wholeMilliseconds))
            )
        )
        http.httpVersion = .http1Only
        http.connectionPool.retryConnectionEstablishment = false
        self.http = http
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || host.hasPrefix("127.")
    }

    /// Sends a body.
    ///
    /// - Throws: ``LanguageModelError`` `unreachable` (nothing was sent), `timedOut`, `interrupted`, `replyTooLarge`;
    ///   `CancellationError`.
    func send(_ body: [UInt8], deadline: ContinuousClock.Instant) async throws -> ServerAnswer {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(ByteBuffer(bytes: body))
        let left = (deadline - .now).wholeMilliseconds
        let maximumBytes = maximumBytes
        do {
            return try await HTTPClient.withHTTPClient(configuration: http) { [request] client in
                let response = try await client.execute(request, timeout: .milliseconds(Int64(max(1, left))))
                var bytes: [UInt8] = []
                for try await chunk in response.body {
                    bytes.append(contentsOf: chunk.readableBytesView)
                    guard bytes.count <= maximumBytes else {
                        throw LanguageModelError(.replyTooLarge, "the reply has more than \(maximumBytes) bytes")
                    }
                }
                return ServerAnswer(status: Int(response.status.code), headers: response.headers, body: bytes)
            }
        } catch let error as LanguageModelError {
            throw error
        } catch {
            // The client's own error for a cancelled task is no failure of the server.
            try Task.checkCancellation()
            throw Self.failure(of: error)
        }
    }

    /// Whether a connection by address was never made.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let error = error as? IOError else { return false }
        return [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN].contains(error.errnoCode)
    }

    private static func failure(of error: any Error) -> LanguageModelError {
        if error is NIOConnectionError || isRefusal(error) {
            return LanguageModelError(.unreachable, "no connection to the server")
        }
        switch error as? HTTPClientError {
        case .connectTimeout?, .getConnectionFromPoolTimeout?, .tlsHandshakeTimeout?:
            return LanguageModelError(.unreachable, "no connection to the server in time")
        case .readTimeout?, .deadlineExceeded?:
            return LanguageModelError(.timedOut, "the server did not answer in time")
        default:
            // The type says what broke; the text of foreign errors may hold an address or a header.
            return LanguageModelError(.interrupted, "the connection broke off (\(type(of: error)))")
        }
    }
}
