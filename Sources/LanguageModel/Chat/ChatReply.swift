package import JobModel

/// What the API says that a call used.
package struct ChatUsage: Sendable, Hashable, Codable {
    /// Tokens of the prompt.
    package var promptTokens: Int
    /// Tokens of the reply.
    package var completionTokens: Int

    /// Both together.
    package var totalTokens: Int { promptTokens + completionTokens }

    package init(promptTokens: Int, completionTokens: Int) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }
}

/// What a model answered.
package struct ChatReply: Sendable {
    /// The text as it came.
    package var content: String
    /// The document in it, for a request with a schema; `nil` where there is none.
    package var document: JSONValue?
    /// How the document breaks the schema, by our own check; empty for a good answer.
    package var defects: [FieldDefect]
    /// What the API says that it cost; `nil` where it says nothing.
    package var usage: ChatUsage?
    /// How the form of the answer was asked for.
    package var form: ResponseForm
    /// How often the request was sent.
    package var attempts: Int
}
