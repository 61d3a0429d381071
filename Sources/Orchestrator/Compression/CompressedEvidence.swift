package import LanguageModel

/// A piece of evidence as it stands in a prompt.
package struct CompressedEvidence: Sendable, Hashable {
    /// Its name, such as `E2`.
    package var name: String
    /// The text.
    package var text: String
    /// How much of the document it holds.
    package var level: CompressionLevel
    /// How long the text is, and who counted.
    package var tokens: TokenCount
    /// How long the whole document is as compact JSON.
    package var fullTokens: Int
}
