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
        let scores = (0..<(1 << count)).map { score(of: $0, logOdds, count) }
        var sums = [Double](repeating: 0, count: count * count)
        var total = 0.0
        var best = 0.0
        var groups = [Int](repeating: 0, count: count)
        // The largest weight is subtracted, so that the exponential stays in range.
        visit(0, 0, &groups, scores, count) { score, _ in best = max(best, score) }
        visit(0, 0, &groups, scores, count) { score, groups in
            let weight = exp(score - best)
            total += weight
            for group in groups {
                for i in 0..<count where group & (1 << i) != 0 {
                    for j in (i + 1)..<max(count, i + 1) where group & (1 << j) != 0 { sums[i * count + j] += weight }
                }
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

    /// The logarithm of the odds that the records of a set are one.
    ///
    /// Records that are alike say the same of a third one: what joins two groups is their pairs' mean, counted once.
    private static func score(of set: Int, _ logOdds: [Double], _ count: Int) -> Double {
        var groups = (0..<count).filter { set & (1 << $0) != 0 }.map { [$0] }
        var score = 0.0
        while groups.count > 1 {
            var best = (-Double.infinity, 0, 0)
            for i in groups.indices {
                for j in (i + 1)..<max(groups.count, i + 1) {
                    var sum = 0.0
                    for a in groups[i] { for b in groups[j] { sum += logOdds[a * count + b] } }
                    let mean = sum / Double(groups[i].count * groups[j].count)
                    if mean > best.0 { best = (mean, i, j) }
                }
            }
            score += best.0
            groups[best.1] += groups[best.2]
            groups.remove(at: best.2)
        }
        return score
    }

    private static func visit(
        _ record: Int,
        _ used: Int,
        _ groups: inout [Int],
        _ scores: [Double],
        _ count: Int,
        _ body: (Double, ArraySlice<Int>) -> Void
    ) {
        guard record < count else {
            body(groups[..<used].reduce(0) { $0 + scores[$1] }, groups[..<used])
            return
        }
        for group in 0...used where group < count {
            if group == used { groups[group] = 0 }
            groups[group] |= 1 << record
            visit(record + 1, max(used, group + 1), &groups, scores, count, body)
            groups[group] &= ~(1 << record)
        }
    }
}
