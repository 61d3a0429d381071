import Foundation

/// Makes scored pairs consistent: one probability a pair with its neighbours considered, and clusters.
struct Resolution {
    let comparison: RecordComparison
    let scorer: PairScorer
    /// Where the right table's records begin; nil when there is one table.
    let leftCount: Int?
    let threshold: Double
    /// No pair's evidence counts for more than this in a partition, in natural logarithms: pairs are not independent.
    private static let strongest = 9.0
    /// Larger components are cut at their weakest pairs first.
    private static let largestComponent = 400

    /// Sets probabilities and acceptance; answers the clusters.
    ///
    /// - Throws: `CancellationError`.
    func resolve(_ pairs: inout [LinkedPair]) throws -> [[Int]] {
        var clusters: [[Int]] = []
        for (number, component) in components(pairs).enumerated() {
            if number & 1023 == 0 { try Task.checkCancellation() }
            clusters += resolve(component, &pairs)
        }
        return clusters.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
    }

    /// Pairs by connected component, the large ones cut.
    private func components(_ pairs: [LinkedPair]) -> [[Int]] {
        var pending = [(Array(pairs.indices), 0.0)]
        var done: [[Int]] = []
        while let (indices, floor) = pending.popLast() {
            for part in split(indices, pairs, floor) {
                let weakest = part.lazy.map { pairs[$0].probability }.min() ?? 1
                if part.count > Self.largestComponent * 4, weakest < 0.999 {
                    pending.append((part, min(0.999, max(0.1, floor + (1 - floor) / 2))))
                } else {
                    done.append(part)
                }
            }
        }
        return done
    }

    private func split(_ indices: [Int], _ pairs: [LinkedPair], _ floor: Double) -> [[Int]] {
        var parent: [Int: Int] = [:]
        func root(_ node: Int) -> Int {
            var node = node
            while let next = parent[node], next != node {
                if let further = parent[next] { parent[node] = further }
                node = next
            }
            return node
        }
        let kept = indices.filter { pairs[$0].probability >= floor }
        for index in kept {
            let (a, b) = (root(pairs[index].left), root(right(pairs[index])))
            if a != b { parent[max(a, b)] = min(a, b) }
        }
        var parts: [Int: [Int]] = [:]
        for index in kept { parts[root(pairs[index].left), default: []].append(index) }
        return parts.sorted { $0.key < $1.key }.map(\.value)
    }

    private func right(_ pair: LinkedPair) -> Int { pair.right + (leftCount ?? 0) }

    private func resolve(_ component: [Int], _ pairs: inout [LinkedPair]) -> [[Int]] {
        if component.count == 1 {
            let pair = pairs[component[0]]
            guard pair.probability >= threshold else { return [] }
            pairs[component[0]].isAccepted = true
            return [[pair.left, right(pair)]]
        }
        var places: [Int: Int] = [:]
        for index in component {
            for record in [pairs[index].left, right(pairs[index])] where places[record] == nil {
                places[record] = places.count
            }
        }
        let records = places.sorted { $0.value < $1.value }.map(\.key)
        let count = records.count
        var odds = [Double](repeating: .nan, count: count * count)
        for index in component {
            guard let i = places[pairs[index].left], let j = places[right(pairs[index])] else { continue }
            odds[i * count + j] = Self.bounded(pairs[index].weight)
            odds[j * count + i] = odds[i * count + j]
        }
        fill(&odds, records)
        let likeness =
            count <= Partitions.maximumRecords
            ? Partitions.marginals(odds, count: count) : Self.supported(odds, count)
        let groups = AverageLinkage.groups(likeness, count: count, threshold: threshold)
        var groupOf = [Int](repeating: 0, count: count)
        for (number, group) in groups.enumerated() { for place in group { groupOf[place] = number } }
        var known: Set<Int> = []
        for index in component {
            guard let i = places[pairs[index].left], let j = places[right(pairs[index])] else { continue }
            pairs[index].probability = likeness[i * count + j]
            pairs[index].isAccepted = groupOf[i] == groupOf[j]
            known.insert(min(i, j) * count + max(i, j))
        }
        appendImplied(groups, records, likeness, known, &pairs)
        return groups.filter { $0.count > 1 }.map { $0.map { records[$0] }.sorted() }
    }

    /// Compares the pairs that blocking had not brought together.
    private func fill(_ odds: inout [Double], _ records: [Int]) {
        let count = records.count
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) where odds[i * count + j].isNaN {
                let pattern = comparison.pattern(records[i], records[j])
                odds[i * count + j] = Self.bounded(scorer.weight(pattern, records[i], records[j]))
                odds[j * count + i] = odds[i * count + j]
            }
            odds[i * count + i] = Self.strongest
        }
    }

    private static func bounded(_ weight: Double) -> Double { min(strongest, max(-strongest, weight * log(2))) }

    /// The probability of each pair, with the records that both resemble or only one of them does taken into account.
    private static func supported(_ odds: [Double], _ count: Int) -> [Double] {
        var likeness = [Double](repeating: 1, count: count * count)
        for i in 0..<count {
            for j in (i + 1)..<max(count, i + 1) {
                var best = odds[i * count + j]
                // The third record that says most decides, as in a partition of three.
                var third = (0.0, -1)
                for k in 0..<count where k != i && k != j {
                    let strength = max(odds[i * count + k], odds[j * count + k])
                    if strength > third.0 { third = (strength, k) }
                }
                if third.1 >= 0 {
                    let k = third.1
                    let marginals = Partitions.marginals(
                        [
                            0, odds[i * count + j], odds[i * count + k], odds[i * count + j], 0, odds[j * count + k],
                            odds[i * count + k], odds[j * count + k], 0,
                        ],
                        count: 3
                    )
                    let probability = min(1 - 1e-6, max(1e-6, marginals[1]))
                    best = log(probability / (1 - probability))
                }
                likeness[i * count + j] = 1 / (1 + exp(-best))
                likeness[j * count + i] = likeness[i * count + j]
            }
        }
        return likeness
    }

    /// Adds the pairs of a cluster that were not among the scored ones.
    private func appendImplied(
        _ groups: [[Int]],
        _ records: [Int],
        _ likeness: [Double],
        _ known: Set<Int>,
        _ pairs: inout [LinkedPair]
    ) {
        let count = records.count
        for group in groups where group.count > 2 {
            for (position, i) in group.enumerated() {
                for j in group[(position + 1)...] where !known.contains(i * count + j) {
                    let (a, b) = (min(records[i], records[j]), max(records[i], records[j]))
                    if let leftCount, b < leftCount || a >= leftCount { continue }
                    let pattern = comparison.pattern(a, b)
                    pairs.append(
                        LinkedPair(
                            left: a,
                            right: b - (leftCount ?? 0),
                            probability: likeness[i * count + j],
                            weight: scorer.weight(pattern, a, b),
                            isAccepted: true,
                            pattern: pattern
                        )
                    )
                }
            }
        }
    }
}
