import JobModel
import Orchestrator
import Testing

@testable import concord

@Suite("The settings of the review")
struct ReviewSettingsTests {
    @Test("make exceptions for single reasons")
    func exceptions() throws {
        let policy = try Settings(flags: [
            .reviewDueAfter: "24h; retries_exhausted=2h; audit_sample=none",
            .reviewTiers: "desk; approval_required=leads, board",
            .reviewWhenOverdue: "remind; approval_required=next_tier; retries_exhausted=reject",
        ]).reviewPolicy
        #expect(policy[.lowConfidence] == policy.standard)
        #expect(policy.standard.dueAfter == .seconds(86_400))
        #expect(policy[.retriesExhausted].dueAfter == .seconds(7200))
        #expect(policy[.retriesExhausted].whenOverdue == .reject)
        #expect(policy[.auditSample].dueAfter == nil)
        #expect(policy[.approvalRequired].tiers == ["leads", "board"])
        #expect(policy[.approvalRequired].tierName(2) == "board")
        #expect(policy[.approvalRequired].whenOverdue == .nextTier)
    }

    @Test(
        "are refused by name",
        arguments: [
            (SettingKey.reviewDueAfter, "soon"), (.reviewDueAfter, "24h; boredom=1h"), (.reviewDueAfter, "24h; 2h"),
            (.reviewRemindEvery, "10ms"), (.reviewWhenOverdue, "shout"), (.webhookDetails, "perhaps"),
        ]
    )
    func refusals(key: SettingKey, text: String) throws {
        let error = try #require(throws: SettingsError.self) { try Settings(flags: [key: text]) }
        #expect(error.subject == key.name)
    }

    @Test("want a secret for webhooks, and repeat neither it nor the addresses")
    func webhooks() throws {
        #expect(try Settings().webhooks() == nil)
        let address = "https://example.org/hook?token=hush"
        let error = try #require(throws: SettingsError.self) {
            try Settings(flags: [.webhookURLs: address, .webhookSecret: "short"]).webhooks()
        }
        #expect(error.subject == "webhooks.secret")
        #expect(!error.description.contains("short"))
        let wrong = try #require(throws: SettingsError.self) { try Settings(flags: [.webhookURLs: "hush"]).webhooks() }
        #expect(!wrong.description.contains("hush"))
        let settings = try Settings(flags: [.webhookURLs: "\(address), \(address)", .webhookSecret: "0123456789abcdef"])
        let endpoints = try #require(try settings.webhooks()).endpoints
        #expect(Array(endpoints.values) == [address])
        #expect(endpoints.keys.allSatisfy { !$0.contains("hush") })
    }
}
