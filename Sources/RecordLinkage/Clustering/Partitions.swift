import Foundation

/// Weighs all ways in which a few records can be one or several things.
///
/// A pair's own evidence is not all there is: that `a` is both `b` and `c` is unlikely when `b` and `c` are unlike. Each
/// partition of the records gets the weight of its pairs' odds, and a pair's probability is the share of the partitions
/// that have it together.
enum Partitions {
    /// The most records for which all partitions are weighed: 877 of them.
    static let maximumRecords = 7

    /// The probability of each pair, from the natural logarithms of their odds; row after row.
    static func marginals(_ logOdds: [Double], count: Int) -> [Double] {
        var labels = [Int](repeating: 0, count: count)
        var sums = [Double](repeating: 0, count: count * count)
        var total = 0.0
        var best = 0.0
        // The largest weight is subtracted, so that the exponential stays in range.
        visit(1, 1, 0, &labels, logOdds, count) { score, _ in best = max(best, score) }
        visit(1, 1, 0, &labels, logOdds, count) { score, labels in
            let weight = exp(score - best)
            total += weight
            for i in 0..<count {
                for j in (i + 1)..<max(count, i + 1) where labels[i] == labels[j] { sums[i * count + j] += weight }
            }
        }
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) {
                sums[i * count + j] /= total
                sums[j * count + i] = sums[i * count + j]
            }
        }
        return sums
    }

    private static func visit(
        _ record: Int,
        _ groups: Int,
        _ score: Double,
        _ labels: inout [Int],
        _ logOdds: [Double],
        _ count: Int,
        _ body: (Double, [Int]) -> Void
    ) {
        guard record < count else {
            body(score, labels)
            return
        }
        for label in 0...groups {
            labels[record] = label
            var gain = 0.0
            for other in 0..<record where labels[other] == label { gain += logOdds[record * count + other] }
            visit(record + 1, max(groups, label + 1), score + gain, &labels, logOdds, count, body)
        }
    }
}
