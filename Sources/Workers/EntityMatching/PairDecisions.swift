import JobQueue

/// A person's verdicts on pairs of records, as parameter `decisions` gives them.
struct PairDecisions: Sendable {
    /// Two records; in one set the order of their keys says nothing, and the lower one is the left.
    private struct Pair: Hashable, Sendable {
        let left: String
        let right: String
    }

    private let isOneSet: Bool
    private var verdicts: [Pair: Bool] = [:]

    /// Reads verdicts by `left|right`, or `right|left`.
    ///
    /// - Throws: ``JobFailure`` where one names no pair of these records, or two contradict each other.
    init(_ given: [String: Bool], _ left: EntityRecords, _ right: EntityRecords?) throws(JobFailure) {
        isOneSet = right == nil
        guard !given.isEmpty else { return }
        // A key may hold the separator itself: which reading is meant, the records say.
        let readings = given.keys.map { name in
            (name: name, pairs: name.indices.filter { name[$0] == "|" }.map { Self.split(name, at: $0) })
        }
        let keys = Set(readings.flatMap { $0.pairs.flatMap { [$0.left, $0.right] } })
        let leftKeys = left.present(keys)
        let rightKeys = right?.present(keys) ?? leftKeys
        var unknown = 0
        for (name, pairs) in readings {
            let swapped = pairs.map { Pair(left: $0.right, right: $0.left) }
            let named = (pairs + swapped).first {
                leftKeys.contains($0.left) && rightKeys.contains($0.right) && !(isOneSet && $0.left == $0.right)
            }
            guard let named, let verdict = given[name] else {
                unknown += 1
                continue
            }
            let pair = self.pair(named.left, named.right)
            guard verdicts.updateValue(verdict, forKey: pair) ?? verdict == verdict else { throw Self.contradiction }
        }
        guard unknown > 0 else { return }
        throw JobFailure(
            "invalid_parameters",
            "\(unknown) of \(given.count) decisions name no pair of these records by their keys, as left|right",
            field: "decisions"
        )
    }

    /// What was decided about two records.
    subscript(left: String, right: String) -> Bool? { verdicts[pair(left, right)] }

    /// The pairs of a linkage with those added that were decided about and that it has not reported: without evidence.
    func complete(_ pairs: [MatchedPair]) -> [MatchedPair] {
        let reported = Set(pairs.map { pair($0.left, $0.right) })
        let missing = verdicts.filter { !reported.contains($0.key) }
            .sorted { ($0.key.left, $0.key.right) < ($1.key.left, $1.key.right) }
        return pairs
            + missing.map { pair, isAccepted in
                MatchedPair(
                    left: pair.left,
                    right: pair.right,
                    probability: 0,
                    score: 0,
                    decision: isAccepted ? .accepted : .rejected,
                    evidence: []
                )
            }
    }

    /// Puts into doubt what would join, by way of other records, two that are not one: the least probable pair in between.
    ///
    /// Afterwards the accepted pairs of one set can be joined without joining a rejected one.
    ///
    /// - Throws: ``JobFailure`` where the verdicts themselves contradict one another.
    func separate(_ pairs: inout [MatchedPair]) throws(JobFailure) {
        guard isOneSet, verdicts.values.contains(false) else { return }
        var survivors = Survivors()
        for (pair, isAccepted) in verdicts where !isAccepted { survivors.keepApart(pair.left, pair.right) }
        let accepted = pairs.indices.filter { pairs[$0].decision == .accepted }
        let decided = accepted.filter { self[pairs[$0].left, pairs[$0].right] == true }
        let others = accepted.filter { self[pairs[$0].left, pairs[$0].right] == nil }
            .sorted { (-pairs[$0].probability, $0) < (-pairs[$1].probability, $1) }
        for index in decided + others {
            let left = survivors.survivor(of: pairs[index].left)
            let right = survivors.survivor(of: pairs[index].right)
            guard left != right else { continue }
            if !survivors.areApart(left, right) {
                survivors.add(max(left, right), to: min(left, right))
            } else if self[pairs[index].left, pairs[index].right] == nil {
                pairs[index].decision = .review
            } else {
                throw Self.contradiction
            }
        }
    }

    private func pair(_ left: String, _ right: String) -> Pair {
        isOneSet && right < left ? Pair(left: right, right: left) : Pair(left: left, right: right)
    }

    private static func split(_ name: String, at index: String.Index) -> Pair {
        Pair(left: String(name[..<index]), right: String(name[name.index(after: index)...]))
    }

    private static var contradiction: JobFailure {
        JobFailure("invalid_parameters", "decisions contradict one another", field: "decisions")
    }
}
