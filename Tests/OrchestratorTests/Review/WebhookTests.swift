import JobModel
import JobQueue
import NIOHTTP1
import Orchestrator
import Testing

@Suite("Webhooks", .timeLimit(.minutes(3)))
struct WebhookTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func configuration(_ urls: [String], details: Bool = false) throws -> WebhookConfiguration {
        WebhookConfiguration(
            urls: urls,
            signature: try #require(WebhookSignature(secret: Self.secret)),
            includesDetails: details,
            timeout: .milliseconds(500),
            backoff: Backoff(base: .milliseconds(20), factor: 1, cap: .milliseconds(20), jitter: 0),
            maximumAttempts: 5
        )
    }

    /// The example of the Standard Webhooks libraries.
    @Test("are signed as the standard says")
    func signature() throws {
        let signature = try #require(WebhookSignature(secret: Self.secret))
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
        let header = signature.sign(id: id, timestamp: 1_614_265_330, body: body)
        #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(signature.isValid("v1,AAAA \(header)", id: id, timestamp: 1_614_265_330, body: body))
        #expect(!signature.isValid(header, id: id, timestamp: 1_614_265_331, body: body))
        #expect(!signature.isValid(header, id: id, timestamp: 1_614_265_330, body: body + [0]))
        #expect(!signature.isValid("v2,x", id: id, timestamp: 1_614_265_330, body: body))
        #expect(WebhookSignature(secret: "short") == nil)
        #expect(WebhookSignature(secret: "whsec_no base64!") == nil)
    }

    @Test("are sent again until the receiver has taken them, each change once, with the same id and body")
    func retried() async throws {
        try await WebhookReceiver.run([.internalServerError, nil, .tooManyRequests, .ok]) { receiver in
            try await ReviewStage.with(orchestrators: 2, webhooks: try configuration([receiver.url])) { stage in
                let escalation = try #require(try await stage.escalations(1).first)
                try await stage.until { receiver.deliveries.count >= 4 ? () : nil }
                try await stage.reviews.decide(
                    escalation.id,
                    .approve,
                    version: escalation.version,
                    reviewer: "ada",
                    comment: "private"
                )
                try await stage.until { receiver.deliveries.count >= 5 ? () : nil }
                let deliveries = receiver.deliveries
                let signature = try #require(WebhookSignature(secret: Self.secret))
                for delivery in deliveries {
                    let timestamp = try #require(delivery.headers["webhook-timestamp"].flatMap { Int($0) })
                    #expect(
                        signature.isValid(
                            try #require(delivery.headers["webhook-signature"]),
                            id: try #require(delivery.headers["webhook-id"]),
                            timestamp: timestamp,
                            body: delivery.body
                        )
                    )
                }
                #expect(Set(deliveries.prefix(4).map(\.body)).count == 1)
                #expect(Set(deliveries.prefix(4).map { $0.headers["webhook-id"] }).count == 1)
                let opened = try JSONValue(parsing: deliveries[0].body)
                #expect(opened["type"] == "escalation.opened")
                #expect(opened["data"]?["escalation_id"]?.string == escalation.id)
                #expect(opened["data"]?["reason"] == "low_confidence")
                let decided = try JSONValue(parsing: deliveries[4].body)
                #expect(decided["type"] == "escalation.decided")
                #expect(decided["data"]?["event"] == "approved")
                #expect(decided["data"]?["details"] == nil)
                for delivery in deliveries {
                    let text = String(decoding: delivery.body, as: UTF8.self)
                    #expect(!text.contains("ada") && !text.contains("private"))
                }
            }
        }
    }

    @Test("tell names and comments where that is configured")
    func details() async throws {
        try await WebhookReceiver.run([.ok]) { receiver in
            try await ReviewStage.with(webhooks: try configuration([receiver.url], details: true)) { stage in
                let escalation = try #require(try await stage.escalations(1).first)
                try await stage.reviews.decide(
                    escalation.id,
                    .reject,
                    version: escalation.version,
                    reviewer: "ada",
                    comment: "last year's"
                )
                let decided = try await stage.until {
                    try receiver.deliveries.map { try JSONValue(parsing: $0.body) }
                        .first { $0["type"] == "escalation.decided" }
                }
                #expect(decided["data"]?["details"]?["by"] == "ada")
                #expect(decided["data"]?["details"]?["comment"] == "last year's")
            }
        }
    }

    @Test(
        "become dead letters where the receiver refuses them, without the address in any record",
        arguments: [404, 410]
    )
    func refused(status: Int) async throws {
        try await WebhookReceiver.run([.init(statusCode: status), .ok]) { receiver in
            try await ReviewStage.with(webhooks: try configuration([receiver.url])) { stage in
                _ = try await stage.escalations(1)
                let dead = try await stage.until { try await stage.queue.deadLetters().first }
                #expect(dead.action == "webhook")
                #expect(dead.errors.last?.failure.code == "receiver_refused")
                #expect(!String(decoding: dead.input, as: UTF8.self).contains("hush"))
                #expect(receiver.deliveries.count == 1)
            }
        }
    }

    @Test("to one address do not wait for another that is down")
    func severalAddresses() async throws {
        try await WebhookReceiver.run([.ok]) { receiver in
            let urls = ["http://127.0.0.1:1/nobody", receiver.url]
            try await ReviewStage.with(webhooks: try configuration(urls)) { stage in
                _ = try await stage.escalations(2)
                try await stage.until { receiver.deliveries.count == 2 ? () : nil }
                let dead = try await stage.until {
                    let dead = try await stage.queue.deadLetters()
                    return dead.count == 2 ? dead : nil
                }
                #expect(dead.allSatisfy { $0.errors.last?.failure.code == "receiver_unreachable" })
            }
        }
    }
}
