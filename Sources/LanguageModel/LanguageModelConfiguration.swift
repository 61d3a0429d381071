/// Where the language model is, and how it is asked.
package struct LanguageModelConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    /// The address of the API up to and with its version, such as `https://api.openai.com/v1`.
    package var baseURL: String
    /// Sent as a bearer token; empty for a server that wants none.
    package var apiKey: String
    /// The model's name.
    package var model: String
    /// How long a connection may take, TLS included.
    package var connectTimeout: Duration = .seconds(10)
    /// How long the server may send nothing; a model that thinks before it streams sends nothing meanwhile.
    package var idleTimeout: Duration = .seconds(90)
    /// How long one call may take with all its attempts and waits.
    package var totalTimeout: Duration = .seconds(180)
    /// How often a call is sent before it has failed.
    package var maximumAttempts = 4
    /// The wait before the second attempt; it doubles each time, half of it random.
    package var retryBase: Duration = .milliseconds(500)
    /// The longest such wait.
    package var retryCap: Duration = .seconds(20)
    /// The most bytes that a reply may have.
    package var maximumReplyBytes = 1 << 20
    /// Failures in a row after which the server is left alone.
    package var breakerThreshold = 5
    /// For how long.
    package var breakerPause: Duration = .seconds(30)
    /// A tiktoken rank file to count with, such as `cl100k_base.tiktoken`; empty to estimate.
    package var tokenizerRanks: String
    /// The most tokens that one operation may use, prompts and replies together.
    package var operationBudget: Int

    /// The default of ``operationBudget``.
    package static let standardBudget = 10_000

    package init(
        baseURL: String,
        apiKey: String = "",
        model: String,
        tokenizerRanks: String = "",
        operationBudget: Int = standardBudget
    ) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.model = model
        self.tokenizerRanks = tokenizerRanks
        self.operationBudget = operationBudget
    }

    /// Without the key, also where the value is interpolated into a message.
    package var description: String { "\(model) at \(Self.withoutCredentials(baseURL))" }

    /// Without the key, also where the value is dumped.
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    /// The address without the user and password that one may have written into it.
    static func withoutCredentials(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else { return address }
        let rest = address[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return address }
        return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}
