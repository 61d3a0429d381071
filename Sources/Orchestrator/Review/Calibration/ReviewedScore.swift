/// One reviewed result: the confidence that it was given, and whether the reviewer agreed with it.
package struct ReviewedScore: Sendable, Hashable {
    /// The confidence of the result, 0 to 1.
    package var confidence: Double
    /// Whether it was approved; a result that was overridden, rejected or sent back was not.
    package var agreed: Bool
    /// How many results it stands for: one over the rate at which results like it came to review.
    package var weight: Double
    /// The type of its operation; empty for a job of its own.
    package var operationType: String
    /// The worker and the action, such as `data_quality.validate`.
    package var action: String

    /// Combines the parts.
    package init(
        confidence: Double,
        agreed: Bool,
        weight: Double = 1,
        operationType: String = "",
        action: String = ""
    ) {
        self.confidence = min(1, max(0, confidence))
        self.agreed = agreed
        self.weight = weight
        self.operationType = operationType
        self.action = action
    }

    var outcome: Double { agreed ? 1 : 0 }
}
