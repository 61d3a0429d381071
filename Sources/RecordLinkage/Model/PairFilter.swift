import Foundation

/// Compares two records only as far as it takes to know that they are no match.
///
/// Most candidates are told apart by a column or two. Values that are equal or missing are known at once; for every other
/// column the best that it could say is assumed, and replaced by what it says, the cheapest columns first, until what is left
/// cannot reach the weight that is asked for.
struct PairFilter: Sendable {
    private let comparison: RecordComparison
    private let scorer: PairScorer
    private let least: Float
    /// The most that a column says at a level.
    private let best: [Float]
    /// The most that a column says where its values are not equal.
    private let bestUnequal: [Float]
    /// The most that a column says where a value is missing: nothing, unless names are swapped.
    private let bestMissing: [Float]
    private let isPlace: [Bool]
    /// The columns in the order in which they are compared.
    private let order: [Int]
    /// How many of them are names that may be swapped.
    private let swappable: Int

    /// Keeps pairs of at least this weight.
    init(_ comparison: RecordComparison, _ scorer: PairScorer, least: Double) {
        self.comparison = comparison
        self.scorer = scorer
        self.least = Float(least)
        let kinds = comparison.tables.map(\.kind)
        let swapped = comparison.swappable.flatMap { [$0.given, $0.family] }
        best = kinds.indices.flatMap { column in (0..<16).map { scorer.mostBits(of: column, level: $0) } }
        var bestUnequal: [Float] = []
        var bestMissing: [Float] = []
        for (column, kind) in kinds.enumerated() {
            let levels = best[(column * 16)..<(column * 16 + 16)]
            bestUnequal.append(levels.dropFirst(2).prefix(kind.levels.count - 1).max() ?? 0)
            bestMissing.append(swapped.contains(column) ? max(0, bestUnequal[column]) : 0)
        }
        self.bestUnequal = bestUnequal
        self.bestMissing = bestMissing
        isPlace = kinds.map(\.isPlace)
        let cost: [ColumnKind: Int] = [
            .zip: 1, .streetNumber: 1, .number: 1, .date: 2, .phone: 2, .city: 4, .category: 4, .email: 4,
            .identifier: 3, .address: 6,
        ]
        order =
            swapped
            + kinds.indices.filter { !swapped.contains($0) }.sorted { (cost[kinds[$0]] ?? 5) < (cost[kinds[$1]] ?? 5) }
        swappable = swapped.count
    }

    /// The levels and the weight of a pair; nil where the weight is below the least.
    func compare(_ left: Int, _ right: Int) -> (pattern: RecordComparison.Pattern, weight: Double)? {
        guard let pattern = comparison.withRows(left, right, { bounded($0, $1, left, right) }) else { return nil }
        let weight = scorer.weight(pattern, left, right, least: Double(least))
        return weight < Double(least) ? nil : (pattern, weight)
    }

    private func bounded(
        _ a: UnsafePointer<UInt32>,
        _ b: UnsafePointer<UInt32>,
        _ left: Int,
        _ right: Int
    ) -> RecordComparison.Pattern? {
        var pattern: RecordComparison.Pattern = 0
        var place: Float = 0
        var rest = Float(scorer.priorWeight)
        for column in order {
            let most: Float
            if a[column] == 0 || b[column] == 0 {
                most = bestMissing[column]
            } else if a[column] == b[column] {
                let level = comparison.fields[column].level(a[column], b[column])
                pattern |= UInt64(level) << UInt64(4 * column)
                most = best[column * 16 + Int(level)] + scorer.rarityBits(of: column, a[column])
            } else {
                most = bestUnequal[column]
            }
            if isPlace[column] { place += most } else { rest += most }
        }
        for column in order.prefix(swappable) where a[column] != 0 && b[column] != 0 && a[column] != b[column] {
            pattern |= UInt64(comparison.fields[column].level(a[column], b[column])) << UInt64(4 * column)
        }
        if swappable > 0 {
            guard rest + scorer.mostPlaceBits(place) >= least else { return nil }
            comparison.markSwapped(&pattern, left, right)
            for column in order.prefix(swappable) where a[column] != b[column] || a[column] == 0 {
                let isMissing = a[column] == 0 || b[column] == 0
                let assumed = isMissing ? bestMissing[column] : bestUnequal[column]
                rest += best[column * 16 + RecordComparison.level(pattern, column)] - assumed
            }
        }
        for column in order.dropFirst(swappable) where a[column] != 0 && b[column] != 0 && a[column] != b[column] {
            guard rest + scorer.mostPlaceBits(place) >= least else { return nil }
            let level = comparison.fields[column].level(a[column], b[column])
            pattern |= UInt64(level) << UInt64(4 * column)
            let change = best[column * 16 + Int(level)] - bestUnequal[column]
            if isPlace[column] { place += change } else { rest += change }
        }
        return rest + scorer.mostPlaceBits(place) < least ? nil : pattern
    }
}
