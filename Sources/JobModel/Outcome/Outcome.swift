/// What a handler returns: a result, how sure it is of it, and whether a person must look at it whatever the confidence.
public struct Outcome<Result: Sendable>: Sendable {
    /// The result.
    public var result: Result
    /// How sure the handler is of it, 0 to 1.
    public var confidence: Double
    /// What the confidence was computed from.
    public var parts: [ConfidencePart]
    /// A reason for review beside low confidence; `nil` for none.
    public var review: ReviewReason?

    /// A result with a confidence of its own.
    public static func completed(
        _ result: Result,
        confidence: Double,
        parts: [ConfidencePart] = [],
        review: ReviewReason? = nil
    ) -> Outcome {
        Outcome(result: result, confidence: min(1, max(0, confidence)), parts: parts, review: review)
    }

    /// A result whose confidence is the product of its measured parts.
    public static func measured(
        _ result: Result,
        parts: [ConfidencePart],
        review: ReviewReason? = nil
    ) -> Outcome {
        completed(result, confidence: parts.reduce(1) { $0 * $1.value }, parts: parts, review: review)
    }
}
