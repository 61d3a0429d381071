import AsyncHTTPClient
import JobModel
import JobQueue
import Logging
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Sends one webhook to one address; the queue sends it again until the receiver has taken it.
///
/// The body is fixed when the job is enqueued and the id with it, so that a receiver that got a message twice can tell.
struct DeliverWebhook: Action {
    static let name = "webhook"
    static let summary = "Sends a signed message about an escalation to one of the configured addresses."
    let configuration: WebhookConfiguration
    let client: HTTPClient

    struct Parameters: Codable {
        /// The name of the address.
        var endpoint: String
        /// The value of `webhook-id`.
        var messageID: String
        /// The body.
        var body: String

        enum CodingKeys: String, CodingKey {
            case endpoint, body
            case messageID = "message_id"
        }
    }

    struct Result: Encodable {
        /// The receiver's answer; `nil` where the address is not configured any more.
        var status: Int?
    }

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        guard let url = configuration.endpoints[parameters.endpoint] else {
            context.logger.info("the webhook's address is not configured any more")
            return .completed(Result(status: nil), confidence: 1)
        }
        let status: HTTPResponseStatus
        let retryAfter: Duration?
        do {
            let response = try await client.execute(
                request(parameters, to: url),
                timeout: .nanoseconds(Int64(configuration.timeout.wholeMilliseconds) * 1_000_000)
            )
            status = response.status
            retryAfter = response.headers.first(name: "retry-after").flatMap { Int($0) }.map { .seconds($0) }
        } catch {
            try Task.checkCancellation()
            // The address may hold a secret, and errors of the client may name it.
            throw JobFailure("receiver_unreachable", "\(Self.reason(error))", isRetryable: true)
        }
        guard (200..<300).contains(status.code) else { throw Self.refusal(status, retryAfter) }
        return .completed(Result(status: Int(status.code)), confidence: 1)
    }

    private func request(_ parameters: Parameters, to url: String) -> HTTPClientRequest {
        let body = Array(parameters.body.utf8)
        let timestamp = Int(Date().timeIntervalSince1970)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "content-type": "application/json",
            "user-agent": "concord/\(ConcordVersion.current)",
            "webhook-id": parameters.messageID,
            "webhook-timestamp": String(timestamp),
            "webhook-signature": configuration.signature.sign(
                id: parameters.messageID,
                timestamp: timestamp,
                body: body
            ),
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    /// Receivers that are busy or broken get it again; one that says it is not theirs to take does not.
    private static func refusal(_ status: HTTPResponseStatus, _ retryAfter: Duration?) -> JobFailure {
        let isPassing = status.code >= 500 || [408, 409, 425, 429].contains(status.code)
        return JobFailure(
            isPassing ? "receiver_unavailable" : "receiver_refused",
            "the receiver answered \(status.code)",
            isRetryable: isPassing,
            retryAfter: isPassing ? retryAfter.map { min(max($0, .zero), .seconds(3600)) } : nil
        )
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? HTTPClientError else { return "the connection failed" }
        let timeouts: [HTTPClientError] = [
            .readTimeout, .connectTimeout, .deadlineExceeded, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
        ]
        return timeouts.contains(error) ? "the receiver did not answer in time" : "the connection failed"
    }
}
