/// The expected calibration error that chance alone gives a perfectly calibrated score.
///
/// The error is never zero for a finite number of reviews and is biased up for few of them, so that the figure means
/// nothing without this band. It is simulated on the confidences and weights at hand: each review agrees with the
/// probability that its confidence says.
package struct NullBand: Codable, Sendable, Hashable {
    /// Only 5 in 100 are lower.
    package var low: Double
    /// Half are lower.
    package var median: Double
    /// Only 5 in 100 are higher.
    package var high: Double
    /// The mean.
    package var mean: Double
    /// How many times it was simulated.
    package var simulations: Int

    /// The seed of the reports, so that the same reviews give the same report.
    package static let seed: UInt64 = 0x434f_4e43_4f52_44
    /// Draws of random numbers that a report may cost.
    private static let budget = 4_000_000

    /// Simulates; 2,000 times, or fewer for very many reviews.
    package init(_ scores: [ReviewedScore], seed: UInt64 = seed) {
        simulations = max(100, min(2000, Self.budget / max(1, scores.count)))
        var generator = SeededGenerator(seed: seed)
        let total = scores.reduce(0) { $0 + $1.weight }
        let reviews = scores.map { (Calibration.bin(of: $0.confidence), $0.confidence, $0.weight) }
        var errors: [Double] = []
        errors.reserveCapacity(simulations)
        for _ in 0..<simulations {
            var differences = [Double](repeating: 0, count: Calibration.binCount)
            for (bin, confidence, weight) in reviews {
                let outcome = generator.unit() < confidence ? 1.0 : 0
                differences[bin] += weight * (confidence - outcome)
            }
            errors.append(total > 0 ? differences.reduce(0) { $0 + abs($1) } / total : 0)
        }
        errors.sort()
        low = errors[errors.count * 5 / 100]
        median = errors[errors.count / 2]
        high = errors[min(errors.count - 1, errors.count * 95 / 100)]
        mean = errors.reduce(0, +) / Double(errors.count)
    }
}
