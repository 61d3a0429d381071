import Crypto
package import JobModel

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who is told of escalations, and how.
package struct WebhookConfiguration: Sendable {
    /// The addresses that are told, each by the name under which jobs know it.
    ///
    /// An address may hold a secret, so that it never gets into Redis: jobs carry a hash of it.
    package let endpoints: [String: String]
    /// What every request is signed with.
    package let signature: WebhookSignature
    /// Whether a message also tells who decided and what was written; otherwise it holds ids, words and times only.
    package let includesDetails: Bool
    /// The longest that a receiver may take to answer.
    package let timeout: Duration
    /// When a refused message is sent again.
    package let backoff: Backoff
    /// How often a message is sent before it becomes a dead letter.
    package let maximumAttempts: Int

    /// Takes the settings; the standard backoff sends a message for about a day.
    package init(
        urls: [String],
        signature: WebhookSignature,
        includesDetails: Bool = false,
        timeout: Duration = .seconds(5),
        backoff: Backoff = Backoff(base: .seconds(5), factor: 3, cap: .seconds(14_400), jitter: 0.2),
        maximumAttempts: Int = 13
    ) {
        endpoints = Dictionary(urls.map { (Self.name(of: $0), $0) }) { first, _ in first }
        self.signature = signature
        self.includesDetails = includesDetails
        self.timeout = timeout
        self.backoff = backoff
        self.maximumAttempts = maximumAttempts
    }

    /// The name under which jobs know an address.
    static func name(of url: String) -> String { hash(url) }

    /// The first 16 bytes of a SHA-256, in hexadecimal.
    static func hash(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
