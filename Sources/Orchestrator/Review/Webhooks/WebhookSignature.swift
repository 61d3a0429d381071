import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The signature of a webhook, as Standard Webhooks has it (https://www.standardwebhooks.com, "Signature scheme").
///
/// HMAC-SHA256 over `id.timestamp.body`: the receiver sees that the body is ours and not a copy of an old one.
package struct WebhookSignature: Sendable {
    private let key: SymmetricKey

    /// Takes a secret: `whsec_` and base64, or any text of at least 16 bytes, of which the bytes are the key.
    ///
    /// `nil` for a secret that is too short to be one, or that is no base64 where it says so.
    package init?(secret: String) {
        let bytes: [UInt8]
        if secret.hasPrefix("whsec_") {
            guard let data = Data(base64Encoded: String(secret.dropFirst(6))) else { return nil }
            bytes = Array(data)
        } else {
            bytes = Array(secret.utf8)
        }
        guard bytes.count >= 16 else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The value of the header `webhook-signature`.
    package func sign(id: String, timestamp: Int, body: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Self.signed(id, timestamp, body), using: key)
        return "v1,\(Data(code).base64EncodedString())"
    }

    /// Whether one of the signatures in a header, separated by spaces, is of this secret; takes the same time always.
    package func isValid(_ header: String, id: String, timestamp: Int, body: [UInt8]) -> Bool {
        header.split(separator: " ").contains { signature in
            guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3))) else {
                return false
            }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code,
                authenticating: Self.signed(id, timestamp, body),
                using: key
            )
        }
    }

    private static func signed(_ id: String, _ timestamp: Int, _ body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }
}
