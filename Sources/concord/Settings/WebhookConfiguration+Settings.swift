import Foundation
import Orchestrator

extension Settings {
    /// Who is told of escalations; `nil` for nobody.
    ///
    /// - Throws: ``SettingsError`` that names the key; addresses and secrets are not repeated.
    func webhooks() throws(SettingsError) -> WebhookConfiguration? {
        guard !webhookURLs.isEmpty else { return nil }
        for url in webhookURLs {
            let parts = URLComponents(string: url)
            guard ["http", "https"].contains(parts?.scheme), parts?.host?.isEmpty == false else {
                throw SettingsError(
                    .invalidValue,
                    SettingKey.webhookURLs.name,
                    "must be addresses http://… or https://…, separated by commas"
                )
            }
        }
        guard let signature = WebhookSignature(secret: webhookSecret) else {
            throw SettingsError(
                .invalidValue,
                SettingKey.webhookSecret.name,
                "must be whsec_ and base64, or a text of at least 16 bytes, where webhooks.urls names addresses"
            )
        }
        return WebhookConfiguration(
            urls: webhookURLs,
            signature: signature,
            includesDetails: webhookDetails,
            timeout: webhookTimeout
        )
    }
}
