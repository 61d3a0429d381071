import Foundation

/// Estimates a ``LinkageModel`` from patterns alone, without any label.
///
/// u comes from random pairs at first; m from EM over the pairs of each blocking rule, with the rule's own columns left
/// out, as Splink does (Linacre et al. 2022). Then EM over all candidates refines m, u and the prior together, at last
/// with the dependence between columns. Pairs that are no candidates count as non-matches.
struct ModelEstimation {
    /// A pattern and how many pairs of all it stands for.
    struct Entry {
        var pattern: RecordComparison.Pattern
        var rules: UInt32
        var weight: Double
        /// How many pairs were counted for it.
        var observed: Double
    }

    private let kinds: [ColumnKind]
    private let byRule: [Entry]
    private let candidates: [Entry]
    private let others: [Entry]
    private let totalPairs: Double
    private let ruleColumns: [Set<Int>]
    /// The most matches that there can be: a record is rarely more than one other.
    private let mostMatches: Double
    /// The share of pairs of different organisations that bear one name; nil where the files do not tell.
    private let namesakes: Double?

    /// Takes counted candidates, a share of `1 / scale` of all, and pairs drawn from all pairs, of which the candidates are
    /// left out.
    init(
        kinds: [ColumnKind],
        sample: PatternCounts,
        scale: Double,
        random: PatternCounts,
        totalPairs: Int,
        ruleColumns: [Set<Int>],
        mostMatches: Int,
        namesakes: Double?
    ) {
        self.kinds = kinds
        self.totalPairs = Double(totalPairs)
        self.ruleColumns = ruleColumns
        self.mostMatches = Double(mostMatches)
        self.namesakes = namesakes
        func entries(_ counts: PatternCounts, _ scale: Double) -> [Entry] {
            // In an order of their own, so that sums are the same in every run.
            counts.counts.sorted { ($0.key.pattern, $0.key.rules) < ($1.key.pattern, $1.key.rules) }.map {
                Entry(
                    pattern: $0.key.pattern,
                    rules: $0.key.rules,
                    weight: Double($0.value) * scale,
                    observed: Double($0.value)
                )
            }
        }
        byRule = entries(sample, scale)
        candidates = Self.merged(byRule)
        let rest = entries(random, 1).filter { $0.rules == 0 }
        let drawn = rest.reduce(0) { $0 + $1.weight }
        let missing = max(0, Double(totalPairs) - candidates.reduce(0) { $0 + $1.weight })
        let each = drawn > 0 ? missing / drawn : 0
        others = rest.map { Entry(pattern: $0.pattern, rules: 0, weight: $0.weight * each, observed: $0.observed) }
    }

    /// Runs all stages.
    ///
    /// - Throws: `CancellationError`.
    func estimate() throws -> LinkageModel {
        let unmatched = [Double](repeating: 0, count: candidates.count)
        var model = LinkageModel(
            kinds: kinds,
            m: kinds.map { LevelTable(Self.expected($0)) },
            u: chanceAlone(unmatched),
            prior: bounded(mostMatches / 4)
        )
        // Pairs that agree in nearly everything would pass for chance otherwise, and teach that all columns depend on
        // each other.
        bound(&model)
        model.u = try chance(candidates.map { model.posterior($0.pattern).match })
        try learnRounds(&model)
        let learned = model.m
        for number in 0..<16 {
            try Task.checkCancellation()
            let posteriors = candidates.map { model.posterior($0.pattern) }
            learnMatches(&model, posteriors, learned)
            if number % 4 == 3 { model.u = try chance(posteriors.map(\.match)) }
        }
        return model
    }

    /// Patterns with the counts of all rules together.
    private static func merged(_ entries: [Entry]) -> [Entry] {
        var merged: [Entry] = []
        for entry in entries {
            if let last = merged.last, last.pattern == entry.pattern {
                merged[merged.count - 1].weight += entry.weight
                merged[merged.count - 1].observed += entry.observed
            } else {
                merged.append(Entry(pattern: entry.pattern, rules: 0, weight: entry.weight, observed: entry.observed))
            }
        }
        return merged
    }

    // MARK: Rounds of blocking

    /// EM within each rule's pairs; the prior becomes what the most fruitful rule suggests.
    private func learnRounds(_ model: inout LinkageModel) throws {
        var sums = kinds.map { _ in [Double](repeating: 0, count: 16) }
        var weights = kinds.map { _ in 0.0 }
        var most = 2.0
        for (rule, fixed) in ruleColumns.enumerated() {
            let pairs = byRule.filter { $0.rules & (1 << UInt32(rule)) != 0 }
            let total = pairs.reduce(0) { $0 + $1.weight }
            guard total >= 5 else { continue }
            var round = model
            round.prior = 0.2
            var matched = 0.0
            for _ in 0..<25 {
                try Task.checkCancellation()
                var counts = kinds.map { Self.expected($0).map { $0 * 8 } }
                matched = 0
                for pair in pairs {
                    let (match, moved) = round.posterior(pair.pattern, without: fixed)
                    matched += match * pair.weight
                    for column in kinds.indices {
                        let share = kinds[column].isPlace ? match * (1 - moved) : match
                        counts[column][RecordComparison.level(pair.pattern, column)] += share * pair.weight
                    }
                }
                for column in kinds.indices where !fixed.contains(column) {
                    round.m[column] = LevelTable(Self.normalised(counts[column], kinds[column], isMatch: true))
                }
                round.prior = min(0.999, max(1e-6, matched / total))
            }
            guard matched >= 3 else { continue }
            most = max(most, matched)
            // A rule whose pairs mostly match is the better teacher.
            let weight = matched * round.prior * round.prior
            for column in kinds.indices where !fixed.contains(column) {
                weights[column] += weight
                for level in 1..<16 { sums[column][level] += weight * round.m[column].values[level] }
            }
        }
        for column in kinds.indices where weights[column] > 0 {
            model.m[column] = LevelTable(sums[column].map { $0 / weights[column] })
        }
        model.prior = bounded(most)
        bound(&model)
    }

    /// Bounds what a place alone and what a name alone can say; where the files do not tell, there are as many branches of
    /// chains as matches.
    private func bound(_ model: inout LinkageModel) {
        let chains = ColumnAspect.isListing(kinds) ? namesakes ?? model.prior : 0
        model.coincidence = Coincidence(prior: model.prior, namesakes: chains)
    }

    // MARK: All candidates

    private func learnMatches(
        _ model: inout LinkageModel,
        _ posteriors: [(match: Double, moved: Double)],
        _ learned: [LevelTable]
    ) {
        // Few matches teach little: what the rounds found counts as much as some dozens of them.
        var counts = learned.map { $0.marginal.map { $0 * 16 } }
        var matches = 0.0
        var moves = 0.0
        for (entry, posterior) in zip(candidates, posteriors) {
            let match = entry.weight * posterior.match
            matches += match
            moves += match * posterior.moved
            for column in kinds.indices {
                counts[column][RecordComparison.level(entry.pattern, column)] +=
                    kinds[column].isPlace ? match * (1 - posterior.moved) : match
            }
        }
        model.prior = bounded(matches)
        bound(&model)
        // Whether an organisation has moved or is another one of that name is not to be seen; persons have more to tell
        // them by.
        model.moved =
            ColumnAspect.isListing(kinds)
            ? min(0.03, (moves + 1) / (matches + 50)) : min(0.4, max(0.005, (moves + 2) / (matches + 20)))
        for column in kinds.indices {
            model.m[column] = LevelTable(Self.normalised(counts[column], kinds[column], isMatch: true))
            Self.order(&model.m[column], model.u[column], kinds[column])
        }
    }

    /// How the other pairs agree, with the dependence of columns: city and postal code agree together by chance as well.
    private func chance(_ posterior: [Double]) throws -> [LevelTable] {
        var tables = chanceAlone(posterior)
        // What is likelier a match than not teaches no dependence: a few exact copies among the rest would say that all
        // columns agree together by chance.
        let shares = posterior.map { $0 < Self.surelyApart ? 1 - $0 : 0 } + others.map { _ in 1 }
        let counts = try PairedLevels(candidates + others, shares, columns: kinds.count)
        DependenceTree(counts).apply(to: &tables, from: counts, kinds: kinds)
        return tables
    }

    /// Below this probability, a pair teaches how columns agree together by chance.
    private static let surelyApart = 0.05

    /// How the other pairs agree, column by column.
    private func chanceAlone(_ posterior: [Double]) -> [LevelTable] {
        var counts = kinds.map(Self.unlikely)
        for (entry, probability) in zip(candidates, posterior) {
            let share = entry.weight * (1 - probability)
            for column in kinds.indices { counts[column][RecordComparison.level(entry.pattern, column)] += share }
        }
        for entry in others {
            for column in kinds.indices {
                counts[column][RecordComparison.level(entry.pattern, column)] += entry.weight
            }
        }
        return kinds.indices.map { LevelTable(Self.normalised(counts[$0], kinds[$0], isMatch: false)) }
    }

    private func bounded(_ matches: Double) -> Double {
        min(0.5, max(0.5, min(matches, mostMatches)) / max(2, totalPairs))
    }

    private static func normalised(_ counts: [Double], _ kind: ColumnKind, isMatch: Bool) -> [Double] {
        var counts = counts
        counts[0] = 0
        let worst = kind.orderedLevels
        let rest = counts.reduce(0, +) - counts[worst]
        if isMatch { counts[worst] = min(counts[worst], rest * kind.mostDifferent / (1 - kind.mostDifferent)) }
        let total = rest + counts[worst]
        return counts.indices.map { $0 == 0 || $0 > kind.levels.count ? 0 : max(1e-9, counts[$0] / total) }
    }

    /// What agreement among matches is like in clean and unclean data alike, before anything is known.
    private static func expected(_ kind: ColumnKind) -> [Double] {
        var levels = [Double](repeating: 0, count: 16)
        let last = kind.orderedLevels
        for level in 1...last { levels[level] = level == last ? 0.1 : pow(0.5, Double(level)) }
        levels[1] = 0.7
        if kind.levels.count > last { levels[last + 1] = 0.01 }
        let total = levels.reduce(0, +)
        return levels.map { $0 / total }
    }

    /// What agreement by chance is like before anything is known: rare.
    private static func unlikely(_ kind: ColumnKind) -> [Double] {
        var levels = [Double](repeating: 0, count: 16)
        for level in 1...kind.levels.count { levels[level] = 0.02 }
        levels[kind.orderedLevels] = 0.9
        return levels
    }

    /// Makes better agreement never count less than worse: pools neighbours that are out of order.
    private static func order(_ m: inout LevelTable, _ u: LevelTable, _ kind: ColumnKind) {
        var pools: [(first: Int, last: Int, m: Double, u: Double)] = []
        for level in 1...kind.orderedLevels {
            pools.append((level, level, m.values[level], u.values[level]))
            while pools.count > 1 {
                let worse = pools[pools.count - 1]
                let better = pools[pools.count - 2]
                guard worse.m * better.u > better.m * worse.u else { break }
                pools.removeLast(2)
                pools.append((better.first, worse.last, better.m + worse.m, better.u + worse.u))
            }
        }
        var row = Array(m.marginal)
        for pool in pools where pool.last > pool.first {
            for level in pool.first...pool.last { row[level] = max(1e-9, u.values[level] * pool.m / pool.u) }
        }
        m.setRow(0, row)
    }
}
