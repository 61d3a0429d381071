/// One measured part that a confidence was computed from.
public struct ConfidencePart: Hashable, Sendable, Codable {
    /// What was measured, such as `valid_rows`.
    public var name: String
    /// Its value, 0 to 1.
    public var value: Double
    /// How it was measured, in a few words with the counts, such as `95,332 of 95,332 rows`.
    public var basis: String

    /// Combines the parts of a part.
    public init(_ name: String, _ value: Double, basis: String) {
        self.name = name
        self.value = value
        self.basis = basis
    }
}
