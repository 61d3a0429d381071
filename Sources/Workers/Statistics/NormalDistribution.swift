import Foundation

/// The standard normal distribution.
enum NormalDistribution {
    /// The chance that a value is at least so far from 0, on either side.
    static func twoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }
}

/// A share with the interval that a sample leaves it in.
struct ShareInterval: Codable, Sendable, Hashable {
    var low: Double
    var high: Double

    /// The 95 percent interval of Wilson (1927): it stays within 0 and 1, and says something at 0 and n too.
    init(successes: Int, of count: Int) {
        guard count > 0 else {
            (low, high) = (0, 1)
            return
        }
        let z = 1.959_964
        let n = Double(count)
        let share = Double(successes) / n
        let center = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, center - half)
        high = min(1, center + half)
    }
}
