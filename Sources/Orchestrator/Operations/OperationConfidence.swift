package import JobModel

/// How sure an operation is of its answer.
///
/// The score is the product over the steps that the answer rests on, each counted once however many ways lead to it:
/// the probability that all of them are right when their errors are independent. A step that a person approved, and
/// one whose result a post-condition verified in full, counts 1. Where the verification agent looked, the share of the
/// checked claims that hold is one more factor, so that a refuted claim lowers the score and nothing raises it. Correlated errors make the product too low; the
/// minimum is the upper bound of the truth.
package struct OperationConfidence: Codable, Sendable, Hashable {
    /// The step that is least sure.
    package struct Weakest: Codable, Sendable, Hashable {
        /// Its evidence name.
        package var step: String
        /// Its confidence.
        package var confidence: Double
        /// The part that made it so.
        package var why: String?
    }

    /// What is known of one step.
    package struct Source: Sendable, Hashable {
        /// The confidence of its result.
        package var confidence: Double
        /// Whether a person approved or gave the result.
        package var isApproved: Bool
        /// Whether a post-condition verified it in full.
        package var isVerified: Bool
        /// What the confidence was computed from.
        package var parts: [ConfidencePart]

        /// Combines the parts.
        package init(
            confidence: Double,
            isApproved: Bool = false,
            isVerified: Bool = false,
            parts: [ConfidencePart] = []
        ) {
            self.confidence = confidence
            self.isApproved = isApproved
            self.isVerified = isVerified
            self.parts = parts
        }

        fileprivate var value: Double { isApproved || isVerified ? 1 : min(1, max(0, confidence)) }
    }

    /// The product; 0 where nothing has completed.
    package var score: Double
    /// The least confidence of the steps that count; 0 where nothing has completed.
    package var minimum: Double
    /// The step that has it; nil when all are certain.
    package var weakest: Weakest?
    /// The steps that count.
    package var steps: [String]
    /// The share of the claims checked by the verification agent that hold; nil where none was checked.
    package var verification: Double?

    /// The confidence of a plan whose steps have come as far as `sources` says: by name, completed steps only.
    package init(plan: Plan, sources: [String: Source], verification: Double? = nil) {
        let byName = Dictionary(plan.steps.map { ($0.name, $0) }) { first, _ in first }
        let last = plan.lastSteps
        // The answer is what the last steps of the branches left; before they have completed, what there is.
        var open = plan.steps.map(\.name).filter { last.contains($0) && sources[$0] != nil }
        if open.isEmpty { open = plan.steps.map(\.name).filter { sources[$0] != nil } }
        var counted: Set<String> = []
        while let name = open.popLast() {
            guard sources[name] != nil, counted.insert(name).inserted else { continue }
            open += byName[name]?.after ?? []
        }
        steps = plan.steps.map(\.name).filter(counted.contains)
        let values = steps.compactMap { name in sources[name].map { (name, $0) } }
        self.verification = verification
        score = values.isEmpty ? 0 : values.reduce(verification ?? 1) { $0 * $1.1.value }
        minimum = values.map(\.1.value).min() ?? 0
        if let (name, source) = values.min(by: { $0.1.value < $1.1.value }), source.value < 1 {
            let part = source.parts.min { $0.value < $1.value }
            weakest = Weakest(step: name, confidence: source.value, why: part.map { "\($0.name): \($0.basis)" })
        }
    }
}
