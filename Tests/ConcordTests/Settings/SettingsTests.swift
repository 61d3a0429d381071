import Foundation
import Logging
import Orchestrator
import Telemetry
import Testing
import Workers

@testable import concord

@Suite("The settings")
struct SettingsTests {
    @Test("have the documented defaults")
    func defaults() throws {
        let settings = try Settings()
        #expect(settings.redisURL == "redis://127.0.0.1:6379")
        #expect(settings.confidenceThreshold == 0.7)
        #expect(settings.lease == .seconds(5))
        #expect(settings.port == nil)
        #expect(settings.databaseURL.isEmpty)
        #expect(settings.reviewer == NSUserName())
    }

    @Test("take flags over environment over file")
    func precedence() throws {
        let key = SettingKey.namespace
        let file = [key: "file"]
        #expect(try Settings(file: file).namespace == "file")
        #expect(try Settings(environment: ["CONCORD_NAMESPACE": "variable"], file: file).namespace == "variable")
        let all = try Settings(flags: [key: "flag"], environment: ["CONCORD_NAMESPACE": "variable"], file: file)
        #expect(all.namespace == "flag")
        #expect(try Settings(environment: ["CONCORD_NAMESPACE": ""], file: file).namespace == "file")
    }

    /// Another legal value of each key, and how it shows in the settings.
    static let values: [(key: SettingKey, text: String, seen: @Sendable (Settings) -> String)] = [
        (.redisURL, "redis://elsewhere:1", { $0.redisURL }),
        (.databaseURL, "postgres://elsewhere/db", { $0.databaseURL }),
        (.confidenceThreshold, "0.25", { String($0.confidenceThreshold) }),
        (.auditRate, "0.125", { String($0.auditRate) }), (.templates, "/elsewhere/plans", { $0.templates }),
        (.verificationLimit, "90s", { "\($0.verificationLimit?.components.seconds ?? 0)s" }),
        (.namespace, "other", { $0.namespace }),
        (.partitions, "3", { String($0.partitions) }),
        (.lease, "7s", { "\($0.lease.components.seconds)s" }),
        (.maximumPayloadBytes, "2048", { String($0.maximumPayloadBytes) }),
        (.concurrency, "31", { String($0.concurrency) }),
        (.grace, "9s", { "\($0.gracePeriod.components.seconds)s" }),
        (.host, "::1", { $0.host }),
        (.port, "8123", { $0.port.map(String.init) ?? "" }),
        (.apiURL, "http://127.0.0.1:9000", { $0.apiURL }),
        (.workFolder, "/tmp/work", { $0.workFolder }),
        (.reviewer, "ada", { $0.reviewer }),
        (.reviewDueAfter, "2h", { "\(($0.reviewPolicy.standard.dueAfter?.components.seconds ?? 0) / 3600)h" }),
        (.reviewRemindEvery, "30s", { "\($0.reviewPolicy.standard.remindEvery?.components.seconds ?? 0)s" }),
        (.reviewTiers, "desk,leads", { $0.reviewPolicy.standard.tiers.joined(separator: ",") }),
        (.reviewWhenOverdue, "next_tier", { $0.reviewPolicy.standard.whenOverdue.rawValue }),
        (.webhookURLs, "https://a.example/hook,https://b.example/hook", { $0.webhookURLs.joined(separator: ",") }),
        (.webhookSecret, "sixteen bytes or more", { $0.webhookSecret }),
        (.webhookDetails, "true", { String($0.webhookDetails) }),
        (.webhookTimeout, "9s", { "\($0.webhookTimeout.components.seconds)s" }),
        (.floridaSource, "file:/tmp/rolls", { $0.floridaSource }),
        (.sunbizSource, "file:/tmp/sunbiz", { $0.sunbizSource }),
        (.sunbizIdentityFile, "/tmp/key", { $0.sftp.identityFile }),
        (.sunbizPassword, "a secret", { $0.sftp.password }),
        (.sunbizKnownHosts, "/tmp/known", { $0.sftp.knownHostsFile }),
        (.sunbizHostKeyCheck, "accept-new", { $0.sftp.hostKeyCheck.rawValue }),
        (.modelKey, "sk-1", { $0.modelKey }),
        (.modelBaseURL, "http://127.0.0.1:8090/v1", { $0.modelBaseURL }),
        (.modelName, "smollm2-135m", { $0.modelName }),
        (.tokenBudget, "4000", { String($0.tokenBudget) }),
        (.tokenizerRanks, "/tmp/cl100k_base.tiktoken", { $0.tokenizerRanks }),
        (.logLevel, "warning", { $0.logLevel.rawValue }),
        (.logFormat, "json", { $0.logFormat.rawValue }),
    ]

    @Test("read every key from the environment and from the file")
    func everyKeyArrives() throws {
        #expect(Set(Self.values.map(\.key)) == Set(SettingKey.all))
        for (key, text, seen) in Self.values {
            #expect(try seen(Settings(environment: [key.environmentName: text])) == text, "\(key.environmentName)")
            #expect(try seen(Settings(file: [key: text])) == text, "\(key.name)")
            #expect(try seen(Settings(flags: [key: text])) == text, "\(key.name)")
        }
    }

    @Test("reach a child process as its environment")
    func environmentOfAChild() throws {
        let given = try Settings(flags: Dictionary(Self.values.map { ($0.key, $0.text) }) { $1 })
        let child = try Settings(environment: given.environment)
        for (key, text, seen) in Self.values where key != .port { #expect(seen(child) == text, "\(key.name)") }
        #expect(child.port == nil)
    }

    @Test(
        "refuse a value of the wrong kind and name its key",
        arguments: [
            (SettingKey.partitions, "0"), (.partitions, "many"), (.confidenceThreshold, "1.5"), (.lease, "5 minutes"),
            (.lease, "1ms"), (.port, "70000"), (.logLevel, "loud"), (.logFormat, "xml"), (.concurrency, "-1"),
            (.sunbizHostKeyCheck, "perhaps"),
        ]
    )
    func refusals(key: SettingKey, text: String) throws {
        let error = try #require(throws: SettingsError.self) { try Settings(environment: [key.environmentName: text]) }
        #expect(error.code == .invalidValue)
        #expect(error.subject == key.name)
        #expect(error.message.contains(text))
    }

    @Test("make a relative source absolute")
    func relativeSource() throws {
        let settings = try Settings(environment: ["FLORIDA_SOURCE": "file:rolls/../data"])
        #expect(settings.floridaSource == "file:" + FileManager.default.currentDirectoryPath + "/data")
    }

    @Test("are documented in docs/configuration.md, key by key")
    func documentation() throws {
        let text = try Repository.text("docs/configuration.md")
        let table = text.split(separator: "\n").filter { $0.hasPrefix("|") }.map(String.init)
        #expect(table == SettingKey.documentation)
    }
}
