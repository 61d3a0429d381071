/// One key of the configuration.
///
/// Its name in the file is the path of members (`redis: { url: … }`), its name in the environment is the same in upper
/// case with underscores (`REDIS_URL`), and `--set NAME=VALUE` sets it on the command line.
struct SettingKey: Sendable, Hashable {
    /// The path in the file, with dots.
    let name: String
    /// The flag that sets it, on the commands that have one.
    var flag: String?
    /// The value where none is given; empty for none.
    let fallback: String
    /// What it says, for docs/configuration.md.
    let meaning: String
    /// Whether the value is kept out of every message.
    var isSecret = false

    /// The name in the environment.
    var environmentName: String { name.uppercased().replacing(".", with: "_") }
}

extension SettingKey {
    static let redisURL = SettingKey(
        name: "redis.url",
        flag: "--redis-url",
        fallback: "redis://127.0.0.1:6379",
        meaning: "Where Redis is: `redis://`, `rediss://` (TLS) or `unix:`, with user, password and database",
        isSecret: true
    )
    static let databaseURL = SettingKey(
        name: "database.url",
        flag: "--database-url",
        fallback: "",
        meaning: "Where PostgreSQL is, `postgres://user:password@host/database`; workers need it for all but downloads",
        isSecret: true
    )
    static let confidenceThreshold = SettingKey(
        name: "confidence.threshold",
        fallback: "0.7",
        meaning: "A result whose confidence is below this waits for a person; 0 to 1, 0 accepts everything"
    )
    static let auditRate = SettingKey(
        name: "review.audit_rate",
        fallback: "0",
        meaning:
            "The share of confident results of steps that a person looks at nevertheless, without holding anything up; 0 to 1"
    )
    static let verificationLimit = SettingKey(
        name: "verification.limit",
        fallback: "60s",
        meaning:
            "How long an operation whose steps have ended waits for the verification agent, where one is running; `none` not to ask it"
    )
    static let templates = SettingKey(
        name: "concord.templates",
        fallback: "",
        meaning:
            "A folder of plan templates (`*.yaml`) that are added to the built-in ones, or take the place of those of their type"
    )
    static let namespace = SettingKey(
        name: "concord.namespace",
        flag: "--namespace",
        fallback: "concord",
        meaning: "The first part of every key in Redis; 1 to 32 characters of a-z 0-9 -"
    )
    static let partitions = SettingKey(
        name: "concord.partitions",
        fallback: "1",
        meaning: "Into how many shards the keyspace is cut, 1 to 64; fixed for the life of a namespace"
    )
    static let lease = SettingKey(
        name: "concord.lease",
        fallback: "5s",
        meaning: "How long a job stays with a worker that gives no sign of life, from 1s up"
    )
    static let maximumPayloadBytes = SettingKey(
        name: "concord.maximum_payload_bytes",
        fallback: "1048576",
        meaning: "The largest parameters or result of a job, in bytes of JSON, from 1024 up"
    )
    static let concurrency = SettingKey(
        name: "concord.concurrency",
        flag: "--concurrency",
        fallback: "8",
        meaning: "How many jobs one worker process runs at once, 1 to 1024"
    )
    static let grace = SettingKey(
        name: "concord.grace",
        fallback: "25s",
        meaning: "How long running jobs may go on after a process was told to stop; then they are handed back"
    )
    static let host = SettingKey(
        name: "concord.host",
        flag: "--host",
        fallback: "127.0.0.1",
        meaning: "The address that the HTTP servers listen on; only loopback is accepted"
    )
    static let port = SettingKey(
        name: "concord.port",
        flag: "--port",
        fallback: "",
        meaning: "The HTTP port of this process, 0 for a free one; empty for the port of its role"
    )
    static let apiURL = SettingKey(
        name: "concord.api_url",
        fallback: "http://127.0.0.1:8000",
        meaning: "Where the orchestrator's HTTP interface is, for workers that look whether it answers"
    )
    static let workFolder = SettingKey(
        name: "concord.work_folder",
        fallback: "/var/tmp/concord",
        meaning: "Where workers keep downloaded files; the processes of one kind on several hosts share it"
    )
    static let reviewer = SettingKey(
        name: "concord.reviewer",
        flag: "--reviewer",
        fallback: "",
        meaning: "Who decides escalations from this terminal; empty for the name of the user"
    )
    static let reviewDueAfter = SettingKey(
        name: "review.due_after",
        fallback: "24h",
        meaning:
            "The time that each tier of reviewers has, `none` for no limit; `; REASON=VALUE` behind this and the next three makes an exception"
    )
    static let reviewRemindEvery = SettingKey(
        name: "review.remind_every",
        fallback: "24h",
        meaning: "The time between two reminders of an overdue escalation, `none` for one reminder"
    )
    static let reviewTiers = SettingKey(
        name: "review.tiers",
        fallback: "",
        meaning: "The groups of reviewers in the order in which they are asked, separated by commas"
    )
    static let reviewWhenOverdue = SettingKey(
        name: "review.when_overdue",
        fallback: "remind",
        meaning: "What is done with an overdue escalation: remind, next_tier, approve or reject"
    )
    static let webhookURLs = SettingKey(
        name: "webhooks.urls",
        fallback: "",
        meaning: "Addresses that are told of escalations, separated by commas",
        isSecret: true
    )
    static let webhookSecret = SettingKey(
        name: "webhooks.secret",
        fallback: "",
        meaning: "What webhooks are signed with: `whsec_` and base64, or a text of at least 16 bytes",
        isSecret: true
    )
    static let webhookDetails = SettingKey(
        name: "webhooks.details",
        fallback: "false",
        meaning: "Whether webhooks also tell who decided and what was written: true or false"
    )
    static let webhookTimeout = SettingKey(
        name: "webhooks.timeout",
        fallback: "5s",
        meaning: "The longest that the receiver of a webhook may take to answer, from 100ms to 1m"
    )
    static let floridaSource = SettingKey(
        name: "florida.source",
        fallback: "",
        meaning: "Where tax rolls come from: `https://…` or a folder `file:…`; empty for the built-in sample"
    )
    static let sunbizSource = SettingKey(
        name: "sunbiz.source",
        fallback: "",
        meaning:
            "Where SunBiz files come from: `sftp://user@host/path`, a mirror `https://…` or a folder `file:…`; empty for the built-in sample"
    )
    static let sunbizIdentityFile = SettingKey(
        name: "sunbiz.identity_file",
        fallback: "",
        meaning: "The private key for the SFTP server; empty for the keys that `ssh` finds itself"
    )
    static let sunbizPassword = SettingKey(
        name: "sunbiz.password",
        fallback: "",
        meaning: "The password for the SFTP server, or the passphrase of its private key",
        isSecret: true
    )
    static let sunbizKnownHosts = SettingKey(
        name: "sunbiz.known_hosts",
        fallback: "",
        meaning: "The file of known SFTP host keys; empty for that of the process' user"
    )
    static let sunbizHostKeyCheck = SettingKey(
        name: "sunbiz.host_key_check",
        fallback: "yes",
        meaning:
            "What is done about the SFTP server's host key: yes (it must be known), accept-new (an unknown server's is taken on first contact), no"
    )
    static let modelKey = SettingKey(
        name: "openai.api_key",
        fallback: "",
        meaning: "The key of the language model's API; empty for a server that wants none",
        isSecret: true
    )
    static let modelBaseURL = SettingKey(
        name: "openai.base_url",
        fallback: "",
        meaning: "The address of an OpenAI-compatible API with its version; empty for OpenAI's own, where a key is set"
    )
    static let modelName = SettingKey(
        name: "openai.model",
        fallback: "gpt-4o-mini",
        meaning: "The language model that plans and answers goals"
    )
    static let tokenBudget = SettingKey(
        name: "openai.token_budget",
        fallback: "10000",
        meaning: "The most tokens of one operation, prompts and replies together; held before each call"
    )
    static let tokenizerRanks = SettingKey(
        name: "tokenizer.ranks",
        fallback: "",
        meaning: "A tiktoken rank file to count tokens with, such as `cl100k_base.tiktoken`; empty to estimate"
    )
    static let logLevel = SettingKey(
        name: "log.level",
        flag: "--log-level",
        fallback: "info",
        meaning:
            "The least important messages that a process logs: trace, debug, info, notice, warning, error, critical"
    )
    static let logFormat = SettingKey(
        name: "log.format",
        fallback: "text",
        meaning: "How log lines are written: text or json"
    )

    /// All keys, in the order of the documentation.
    static let all = [
        redisURL, databaseURL, confidenceThreshold, auditRate, verificationLimit, templates, namespace, partitions,
        lease,
        maximumPayloadBytes, concurrency,
        grace,
        host, port, apiURL, workFolder, reviewer, reviewDueAfter, reviewRemindEvery, reviewTiers, reviewWhenOverdue,
        webhookURLs, webhookSecret, webhookDetails, webhookTimeout, floridaSource, sunbizSource, sunbizIdentityFile,
        sunbizPassword, sunbizKnownHosts, sunbizHostKeyCheck, modelKey, modelBaseURL, modelName, tokenBudget,
        tokenizerRanks, logLevel, logFormat,
    ]

    /// The table of docs/configuration.md.
    static var documentation: [String] {
        ["| key in the file | environment | flag | default | meaning |", "|---|---|---|---|---|"]
            + all.map { key in
                let fallback = key.fallback.isEmpty ? "(none)" : "`\(key.fallback)`"
                let flag = key.flag.map { "`\($0)`" } ?? "`--set`"
                return "| `\(key.name)` | `\(key.environmentName)` | \(flag) | \(fallback) | \(key.meaning) |"
            }
    }
}
