/// A range that holds the true value in about 95 of 100 cases.
package struct Interval: Codable, Sendable, Hashable {
    /// Its lower end.
    package var low: Double
    /// Its upper end.
    package var high: Double

    /// Combines the ends.
    package init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }

    /// Wilson's score interval of a share seen in `count` cases; from 0 to 1 where there is none.
    ///
    /// `count` may be an effective number. E. B. Wilson, "Probable inference, the law of succession, and statistical
    /// inference", JASA 22 (1927): unlike the normal one, it stays within 0 and 1 and is honest for few cases.
    package static func wilson(share: Double, count: Double) -> Interval {
        guard count > 0 else { return Interval(low: 0, high: 1) }
        let z = 1.959_963_984_540_054
        let square = z * z / count
        let centre = (share + square / 2) / (1 + square)
        let half = z / (1 + square) * (share * (1 - share) / count + square / (4 * count)).squareRoot()
        return Interval(low: max(0, centre - half), high: min(1, centre + half))
    }
}
