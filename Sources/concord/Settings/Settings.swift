import Logging
import Orchestrator
import Telemetry
import Workers

/// The whole configuration of a process, read once at its start.
struct Settings: Sendable {
    /// Where Redis is.
    var redisURL: String
    /// Where PostgreSQL is; empty for none.
    var databaseURL: String
    /// Below this confidence, a person decides.
    var confidenceThreshold: Double
    /// The share of confident results that a person looks at nevertheless.
    var auditRate: Double
    /// How long an operation waits for the verification agent; nil where it is not asked.
    var verificationLimit: Duration?
    /// The folder of the deployment's own plan templates; empty for none.
    var templates: String
    /// The first part of every key.
    var namespace: String
    /// The number of shards of the keyspace.
    var partitions: Int
    /// How long a delivery stays its worker's without a heartbeat.
    var lease: Duration
    /// The largest input or result of a job, in bytes of JSON.
    var maximumPayloadBytes: Int
    /// Jobs that one worker process runs at once.
    var concurrency: Int
    /// How long running jobs may go on after the process was told to stop.
    var gracePeriod: Duration
    /// The address of the HTTP servers.
    var host: String
    /// The port of this process' HTTP server; `nil` for that of its role.
    var port: Int?
    /// Where the orchestrator's HTTP interface is.
    var apiURL: String
    /// Where workers keep files.
    var workFolder: String
    /// Who decides from this terminal.
    var reviewer: String
    /// What happens to escalations that nobody decides in time.
    var reviewPolicy: ReviewPolicy
    /// The addresses that are told of escalations.
    var webhookURLs: [String]
    /// What webhooks are signed with; empty for none.
    var webhookSecret: String
    /// Whether webhooks also tell who decided and what was written.
    var webhookDetails: Bool
    /// The longest that the receiver of a webhook may take.
    var webhookTimeout: Duration
    /// Where tax rolls come from; empty for the built-in sample.
    var floridaSource: String
    /// Where the Division of Corporations' files come from; empty for the built-in sample.
    var sunbizSource: String
    /// How its SFTP server is reached.
    var sftp: SFTPSettings
    /// The key of the language model's API; empty for none.
    var modelKey: String
    /// The address of the language model's API; empty for OpenAI's own.
    var modelBaseURL: String
    /// The language model's name.
    var modelName: String
    /// The most tokens of one operation.
    var tokenBudget: Int
    /// A tokenizer's rank file; empty to estimate.
    var tokenizerRanks: String
    /// The least important messages that are logged.
    var logLevel: Logger.Level
    /// How log lines are written.
    var logFormat: LogFormat
    /// Every value as it was given, or its default.
    let texts: [SettingKey: String]

    /// The settings as the environment of a child process; the port is each process' own.
    var environment: [String: String] {
        var environment: [String: String] = [:]
        for (key, text) in texts where key != .port { environment[key.environmentName] = text }
        return environment
    }

    /// Whether nobody has set a key to another value than its default.
    func isDefault(_ key: SettingKey) -> Bool { texts[key] == key.fallback }
}
