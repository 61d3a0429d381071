import Foundation
import Orchestrator

extension WebhookConfiguration {
    /// Reads the settings `webhooks.*`; `nil` where no address is named.
    ///
    /// - Throws: ``SettingsError`` that names the key; addresses and secrets are not repeated.
    static func read(
        _ text: (SettingKey) -> String,
        timeout: Duration
    ) throws(SettingsError) -> WebhookConfiguration? {
        let urls = text(.webhookURLs).split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !urls.isEmpty else { return nil }
        for url in urls {
            let parts = URLComponents(string: url)
            guard ["http", "https"].contains(parts?.scheme), parts?.host?.isEmpty == false else {
                throw SettingsError(
                    .invalidValue,
                    SettingKey.webhookURLs.name,
                    "must be addresses http://… or https://…, separated by commas"
                )
            }
        }
        guard let signature = WebhookSignature(secret: text(.webhookSecret)) else {
            throw SettingsError(
                .invalidValue,
                SettingKey.webhookSecret.name,
                "must be whsec_ and base64, or a text of at least 16 bytes, where webhooks.urls names addresses"
            )
        }
        guard let includesDetails = Bool(text(.webhookDetails)) else {
            throw SettingsError(.invalidValue, SettingKey.webhookDetails.name, "must be true or false")
        }
        return WebhookConfiguration(
            urls: urls,
            signature: signature,
            includesDetails: includesDetails,
            timeout: timeout
        )
    }
}
