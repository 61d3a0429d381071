import RecordLinkage

/// Which records of a matching become part of which others.
struct MergePlan {
    /// The merges, one for each record but the survivor of a cluster.
    private(set) var merges: [Merge] = []
    /// Groups of two and more records.
    private(set) var clusters = 0

    /// Groups the records by their accepted pairs.
    ///
    /// A pair that a person accepted joins its clusters; one that was rejected, or that is in doubt, joins nothing, and
    /// ``PairDecisions/separate(_:)`` has seen to it that others do not join it either.
    init(_ matching: EntityMatcher.Matching) {
        var parents: [String: String] = [:]
        func root(_ key: String) -> String {
            var key = key
            while let parent = parents[key], parent != key { key = parent }
            return key
        }
        let accepted = matching.pairs.filter { $0.decision == .accepted }
        for pair in accepted {
            let (a, b) = (root(pair.left), root(pair.right))
            parents[max(a, b)] = min(a, b)
            parents[min(a, b)] = min(a, b)
        }
        var groups: [String: Set<String>] = [:]
        var pairsOf: [String: [MatchedPair]] = [:]
        for pair in accepted {
            groups[root(pair.left), default: []].formUnion([pair.left, pair.right])
            pairsOf[pair.left, default: []].append(pair)
            pairsOf[pair.right, default: []].append(pair)
        }
        let fullness = Self.fullness(matching.left, Set(pairsOf.keys))
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
            clusters += 1
            let order = group.sorted { (-(fullness[$0] ?? 0), $0) < (-(fullness[$1] ?? 0), $1) }
            for key in order.dropFirst() {
                let pairs = pairsOf[key] ?? []
                let best = pairs.max { $0.probability < $1.probability }
                merges.append(
                    Merge(
                        survivor: order[0],
                        merged: key,
                        probability: pairs.reduce(0) { $0 + $1.probability } / Double(max(1, pairs.count)),
                        rule: "fullest record, then lowest key",
                        evidence: best?.evidence ?? []
                    )
                )
            }
        }
    }

    /// How many columns of each record have a value.
    private static func fullness(_ records: EntityRecords, _ keys: Set<String>) -> [String: Int] {
        var fullness: [String: Int] = [:]
        for record in 0..<records.table.count {
            let key = records.key(record)
            guard keys.contains(key) else { continue }
            fullness[key] = records.table.names.indices.count {
                !records.table.text(record: record, column: $0).isEmpty
            }
        }
        return fullness
    }
}
