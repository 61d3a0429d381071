/// Which threshold would give the results that nobody reviews a wanted accuracy, and what that would cost.
///
/// Advice: nothing changes until someone sets `confidence.threshold`.
package struct ThresholdAdvice: Codable, Sendable, Hashable {
    /// What one threshold would mean.
    package struct Choice: Codable, Sendable, Hashable {
        /// Results below it are reviewed.
        package var threshold: Double
        /// The share of all results that would be reviewed.
        package var load: Double
        /// The share of the unreviewed results that reviewers would not have approved.
        package var error: Double
        /// Where that share lies.
        package var interval: Interval
        /// Reviews that the error was estimated from.
        package var count: Int
    }

    /// The accuracy that was asked for.
    package var wantedAccuracy: Double
    /// The lowest threshold whose expected error allows it; `nil` where none does, or too little is known.
    package var recommended: Choice?
    /// The lowest threshold of which even the interval's upper end allows it.
    package var assured: Choice?
    /// What thresholds from 0 to 1 would mean, in steps of 0.05.
    package var choices: [Choice]

    enum CodingKeys: String, CodingKey {
        case recommended, assured, choices
        case wantedAccuracy = "wanted_accuracy"
    }

    /// A share of fewer effective reviews is no ground for a recommendation.
    static let leastReviews = 30.0

    /// Looks at every threshold that would divide the reviews differently.
    package init(_ scores: [ReviewedScore], wantedAccuracy: Double) {
        self.wantedAccuracy = wantedAccuracy
        let tails = Tails(scores)
        choices = (0...20).compactMap { tails.choice(Double($0) / 20) }
        guard Calibration.effectiveCount(scores) >= Calibration.leastReviews else { return }
        let allowed = 1 - wantedAccuracy
        // Rounded up to hundredths: a threshold is set by people, and above a score it leaves that one to review.
        let steps = (0...100).map { Double($0) / 100 }
        for step in steps {
            guard let choice = tails.choice(step), tails.effectiveCount(from: step) >= Self.leastReviews else {
                continue
            }
            if recommended == nil, choice.error <= allowed { recommended = choice }
            if assured == nil, choice.interval.high <= allowed { assured = choice }
            if recommended != nil, assured != nil { break }
        }
    }

    /// Sums over the reviews from a confidence upwards.
    private struct Tails {
        private let confidences: [Double]
        private var weights: [Double] = [0]
        private var agreements: [Double] = [0]
        private var squares: [Double] = [0]

        init(_ scores: [ReviewedScore]) {
            let descending = scores.sorted { $0.confidence > $1.confidence }
            confidences = descending.map(\.confidence)
            for (number, score) in descending.enumerated() {
                weights.append(weights[number] + score.weight)
                agreements.append(agreements[number] + score.weight * score.outcome)
                squares.append(squares[number] + score.weight * score.weight)
            }
        }

        /// How many reviews have at least this confidence.
        private func count(from threshold: Double) -> Int {
            var low = 0
            var high = confidences.count
            while low < high {
                let middle = (low + high) / 2
                if confidences[middle] >= threshold { low = middle + 1 } else { high = middle }
            }
            return low
        }

        func effectiveCount(from threshold: Double) -> Double {
            let count = count(from: threshold)
            return squares[count] > 0 ? weights[count] * weights[count] / squares[count] : 0
        }

        func choice(_ threshold: Double) -> Choice? {
            let count = count(from: threshold)
            guard count > 0, let total = weights.last else { return nil }
            let error = 1 - agreements[count] / weights[count]
            return Choice(
                threshold: threshold,
                load: 1 - weights[count] / total,
                error: max(0, error),
                interval: .wilson(share: max(0, error), count: effectiveCount(from: threshold)),
                count: count
            )
        }
    }
}
