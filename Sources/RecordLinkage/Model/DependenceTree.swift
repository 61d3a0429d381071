import Foundation

/// How often the levels of each two columns occur together in one class of pairs.
struct PairedLevels {
    let columns: Int
    /// Pairs by column, column, level and level.
    private(set) var weights: [Double]
    /// How many counted pairs stand behind all weight, over all weight.
    private(set) var observedShare: Double

    /// Counts the levels of the entries, each by its share.
    ///
    /// - Throws: `CancellationError`.
    init(_ entries: [ModelEstimation.Entry], _ shares: [Double], columns: Int) throws {
        self.columns = columns
        weights = [Double](repeating: 0, count: columns * columns * 256)
        var weight = 0.0
        var observed = 0.0
        for (number, (entry, share)) in zip(entries, shares).enumerated() where share > 1e-6 {
            if number & 0xfff == 0 { try Task.checkCancellation() }
            weight += entry.weight * share
            observed += entry.observed * share
            for first in 0..<columns {
                let level = RecordComparison.level(entry.pattern, first)
                for second in (first + 1)..<max(columns, first + 1) {
                    let other = RecordComparison.level(entry.pattern, second)
                    weights[(first * columns + second) * 256 + level * 16 + other] += entry.weight * share
                }
            }
        }
        observedShare = weight > 0 ? observed / weight : 0
    }

    /// The weight of two levels together.
    func weight(_ first: Int, _ level: Int, _ second: Int, _ other: Int) -> Double {
        first < second
            ? weights[(first * columns + second) * 256 + level * 16 + other]
            : weights[(second * columns + first) * 256 + other * 16 + level]
    }

    /// The information in bits that two columns share, and the pairs that have both.
    func information(_ first: Int, _ second: Int) -> (bits: Double, pairs: Double) {
        var rows = [Double](repeating: 0, count: 16)
        var lines = rows
        var total = 0.0
        for level in 1..<16 {
            for other in 1..<16 {
                let weight = weight(first, level, second, other)
                rows[level] += weight
                lines[other] += weight
                total += weight
            }
        }
        guard total > 0 else { return (0, 0) }
        var bits = 0.0
        for level in 1..<16 {
            for other in 1..<16 {
                let weight = weight(first, level, second, other)
                if weight > 0 { bits += weight / total * log2(weight * total / (rows[level] * lines[other])) }
            }
        }
        return (bits, total * observedShare)
    }
}

/// Which column depends on which: the tree that keeps most of the information (Chow and Liu 1968), without the branches
/// that the number of pairs does not support.
struct DependenceTree {
    private let parents: [Int?]

    init(_ counts: PairedLevels) {
        var edges: [(bits: Double, first: Int, second: Int)] = []
        for first in 0..<counts.columns {
            for second in (first + 1)..<max(counts.columns, first + 1) {
                let (bits, pairs) = counts.information(first, second)
                // The Bayesian information criterion, with some nine free numbers for a branch.
                if pairs > 20, bits * pairs > 4.5 * log2(pairs) { edges.append((bits, first, second)) }
            }
        }
        var group = Array(0..<counts.columns)
        var neighbours = [[Int]](repeating: [], count: counts.columns)
        for edge in edges.sorted(by: { ($0.bits, $1.first, $1.second) > ($1.bits, $0.first, $0.second) })
        where group[edge.first] != group[edge.second] {
            neighbours[edge.first].append(edge.second)
            neighbours[edge.second].append(edge.first)
            let old = group[edge.second]
            for column in group.indices where group[column] == old { group[column] = group[edge.first] }
        }
        var parents = [Int?](repeating: nil, count: counts.columns)
        var isReached = [Bool](repeating: false, count: counts.columns)
        for root in 0..<counts.columns where !isReached[root] {
            isReached[root] = true
            var queue = [root]
            while let column = queue.popLast() {
                for next in neighbours[column] where !isReached[next] {
                    isReached[next] = true
                    parents[next] = column
                    queue.append(next)
                }
            }
        }
        self.parents = parents
    }

    /// Gives each column its table of conditional probabilities, drawn towards the unconditional ones where pairs are few.
    func apply(to tables: inout [LevelTable], from counts: PairedLevels, kinds: [ColumnKind]) {
        func worst(_ column: Int) -> Int { kinds[column].orderedLevels }
        for column in tables.indices {
            guard let parent = parents[column] else { continue }
            tables[column].parent = parent
            let marginal = Array(tables[column].marginal)
            for row in 1..<16 {
                let weights = (0..<16).map { $0 == 0 ? 0 : counts.weight(parent, row, column, $0) }
                let total = weights.reduce(0, +)
                let strength = 10 / max(1e-12, counts.observedShare)
                var probabilities = marginal.indices.map { level in
                    level == 0 ? 0 : max(1e-9, (weights[level] + strength * marginal[level]) / (total + strength))
                }
                if row != worst(parent) {
                    // Columns agree together by chance more often than apart, never less: it would only seem so because
                    // pairs that agree in both pass for matches.
                    for level in 1..<16 where level != worst(column) {
                        probabilities[level] = max(probabilities[level], marginal[level])
                    }
                    let sum = probabilities.reduce(0, +)
                    probabilities = probabilities.map { $0 / max(sum, 1e-9) }
                }
                tables[column].setRow(row, probabilities)
            }
        }
    }
}
