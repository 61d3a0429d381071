/// Tests that look at the order of values only, so that their distribution does not matter.
enum RankTests {
    /// The two-sided p-value of Mann and Whitney's test that two samples differ in level, with ties, by the normal
    /// approximation; 1 where a sample has fewer than three values.
    static func mannWhitney(_ left: [Double], _ right: [Double]) -> Double {
        guard left.count > 2, right.count > 2 else { return 1 }
        let all = left.map { ($0, true) } + right.map { ($0, false) }
        let sorted = all.sorted { $0.0 < $1.0 }
        var rankSum = 0.0
        var ties = 0.0
        var start = 0
        while start < sorted.count {
            var end = start
            while end < sorted.count, sorted[end].0 == sorted[start].0 { end += 1 }
            let size = Double(end - start)
            let rank = Double(start + end + 1) / 2
            rankSum += rank * Double(sorted[start..<end].count { $0.1 })
            ties += size * size * size - size
            start = end
        }
        let (m, n, total) = (Double(left.count), Double(right.count), Double(sorted.count))
        let u = rankSum - m * (m + 1) / 2
        let variance = m * n / 12 * ((total + 1) - ties / (total * (total - 1)))
        guard variance > 0 else { return 1 }
        let distance = max(0, abs(u - m * n / 2) - 0.5)
        return NormalDistribution.twoSided(distance / variance.squareRoot())
    }

    /// The two-sided p-value of Mann and Kendall's test for a trend; 1 for fewer than four values.
    static func mannKendall(_ values: [Double]) -> Double {
        guard values.count > 3 else { return 1 }
        var balance = 0
        for later in values.indices.dropFirst() {
            for earlier in 0..<later {
                balance += values[later] > values[earlier] ? 1 : (values[later] < values[earlier] ? -1 : 0)
            }
        }
        let n = Double(values.count)
        let groups = Dictionary(grouping: values) { $0 }.values.map { Double($0.count) }
        let ties = groups.reduce(0) { $0 + $1 * ($1 - 1) * (2 * $1 + 5) }
        let variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
        guard variance > 0 else { return 1 }
        return NormalDistribution.twoSided(Double(max(0, abs(balance) - 1)) / variance.squareRoot())
    }

    /// The median slope between all pairs of points (Theil 1950, Sen 1968); 0 where there is none.
    static func slope(_ points: [(x: Double, y: Double)]) -> Double {
        var slopes: [Double] = []
        for later in points.indices.dropFirst() {
            for earlier in 0..<later where points[later].x > points[earlier].x {
                slopes.append((points[later].y - points[earlier].y) / (points[later].x - points[earlier].x))
            }
        }
        return RobustStatistics.median(slopes) ?? 0
    }
}
