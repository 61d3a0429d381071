/// How far confidences predict what reviewers say: computed, never adjusted.
///
/// Every figure is weighted by what a review stands for. Brier, "Verification of forecasts expressed in terms of
/// probability", Monthly Weather Review 78 (1950); expected calibration error as in Guo et al. (2017, arXiv 1706.04599),
/// with ten bins of equal width.
package struct Calibration: Codable, Sendable, Hashable {
    /// One range of confidences; the upper end belongs to the next one, but for the last.
    package struct Bin: Codable, Sendable, Hashable {
        /// The lower end.
        package var from: Double
        /// The upper end.
        package var to: Double
        /// Reviews in it.
        package var count: Int
        /// How many results they stand for.
        package var weight: Double
        /// The mean confidence.
        package var confidence: Double
        /// The share that the reviewers approved.
        package var agreement: Double
        /// Where the true share lies.
        package var interval: Interval
    }

    /// What may be said of the score.
    package enum Verdict: String, Codable, Sendable, Hashable {
        /// Too few reviews to say anything.
        case insufficient
        /// Within what chance does to a perfectly calibrated score.
        case consistent
        /// Confidences are higher than the reviewers' agreement.
        case overconfident
        /// Confidences are lower than the reviewers' agreement.
        case underconfident
        /// Too high in some places and too low in others.
        case miscalibrated
    }

    /// Below so many reviews, counted as effective ones, nothing is concluded.
    package static let leastReviews = 100.0
    static let binCount = 10

    /// Reviews.
    package var count: Int
    /// How many equally weighted reviews tell as much: the square of the weights' sum over the sum of their squares.
    package var effectiveCount: Double
    /// The mean confidence.
    package var meanConfidence: Double
    /// The share that the reviewers approved.
    package var agreement: Double
    /// The mean squared difference of confidence and agreement; lower is better.
    package var brier: Double
    /// The Brier score of always saying the mean agreement.
    package var brierBaseline: Double
    /// How much better than the baseline, 1 for perfect and below 0 for worse; `nil` where all reviewers agreed alike.
    package var brierSkill: Double?
    /// The mean distance of confidence and agreement over the bins.
    package var expectedCalibrationError: Double
    /// The same error of a perfectly calibrated score on these confidences: what chance alone does.
    package var nullBand: NullBand
    /// What may be said.
    package var verdict: Verdict
    /// The bins that hold reviews.
    package var bins: [Bin]

    enum CodingKeys: String, CodingKey {
        case count, agreement, brier, verdict, bins
        case effectiveCount = "effective_count"
        case meanConfidence = "mean_confidence"
        case brierBaseline = "brier_baseline"
        case brierSkill = "brier_skill"
        case expectedCalibrationError = "expected_calibration_error"
        case nullBand = "null_band"
    }

    /// Measures reviews; `nil` where there are none.
    package init?(_ scores: [ReviewedScore], seed: UInt64 = NullBand.seed) {
        guard !scores.isEmpty else { return nil }
        let total = scores.reduce(0) { $0 + $1.weight }
        func mean(_ value: (ReviewedScore) -> Double) -> Double {
            scores.reduce(0) { $0 + $1.weight * value($1) } / total
        }
        count = scores.count
        effectiveCount = Self.effectiveCount(scores)
        meanConfidence = mean(\.confidence)
        agreement = mean(\.outcome)
        brier = mean { ($0.confidence - $0.outcome) * ($0.confidence - $0.outcome) }
        brierBaseline = agreement * (1 - agreement)
        brierSkill = brierBaseline > 0 ? 1 - brier / brierBaseline : nil
        bins = Self.bins(scores)
        expectedCalibrationError = bins.reduce(0) { $0 + $1.weight * abs($1.confidence - $1.agreement) } / total
        nullBand = NullBand(scores, seed: seed)
        verdict = .insufficient
        verdict = concluded
    }

    static func bin(of confidence: Double) -> Int { min(binCount - 1, Int(confidence * Double(binCount))) }

    static func effectiveCount(_ scores: some Sequence<ReviewedScore>) -> Double {
        var sum = 0.0
        var squares = 0.0
        for score in scores {
            sum += score.weight
            squares += score.weight * score.weight
        }
        return squares > 0 ? sum * sum / squares : 0
    }

    private static func bins(_ scores: [ReviewedScore]) -> [Bin] {
        let members = Dictionary(grouping: scores) { bin(of: $0.confidence) }
        return members.sorted { $0.key < $1.key }.map { number, members in
            let weight = members.reduce(0) { $0 + $1.weight }
            let agreement = members.reduce(0) { $0 + $1.weight * $1.outcome } / weight
            return Bin(
                from: Double(number) / Double(binCount),
                to: Double(number + 1) / Double(binCount),
                count: members.count,
                weight: weight,
                confidence: members.reduce(0) { $0 + $1.weight * $1.confidence } / weight,
                agreement: agreement,
                interval: .wilson(share: agreement, count: effectiveCount(members))
            )
        }
    }

    /// Outside of the band of chance, the sign of the bins that differ says in which direction.
    private var concluded: Verdict {
        guard effectiveCount >= Self.leastReviews else { return .insufficient }
        guard expectedCalibrationError > nullBand.high else { return .consistent }
        let over = bins.reduce(0) { $0 + $1.weight * max(0, $1.confidence - $1.agreement) }
        let under = bins.reduce(0) { $0 + $1.weight * max(0, $1.agreement - $1.confidence) }
        if over > 3 * under { return .overconfident }
        if under > 3 * over { return .underconfident }
        return .miscalibrated
    }
}
