package import JobModel

/// What a model is asked.
package struct ChatRequest: Sendable {
    /// The prompt.
    package var messages: [ChatMessage]
    /// The schema that the answer must fit; `nil` for an answer in prose.
    package var schema: JSONSchema?
    /// The schema's name, `a–z 0–9 _ -`, which some servers want.
    package var schemaName: String
    /// The most tokens of the reply.
    package var maximumReplyTokens: Int
    /// 0 for the likeliest answer; `nil` for the server's default.
    package var temperature: Double?
    /// With temperature 0, servers that honour it answer the same twice.
    package var seed: Int?

    package init(
        messages: [ChatMessage],
        schema: JSONSchema? = nil,
        schemaName: String = "answer",
        maximumReplyTokens: Int,
        temperature: Double? = 0,
        seed: Int? = nil
    ) {
        self.messages = messages
        self.schema = schema
        self.schemaName = schemaName
        self.maximumReplyTokens = maximumReplyTokens
        self.temperature = temperature
        self.seed = seed
    }
}
