package import LanguageModel

/// The language model as the orchestrators of a deployment have it.
package struct OperationModel: Sendable {
    /// Who is asked.
    package let client: LanguageModelClient
    /// Who counts.
    package let counter: TokenCounter

    package init(client: LanguageModelClient, counter: TokenCounter) {
        self.client = client
        self.counter = counter
    }
}
