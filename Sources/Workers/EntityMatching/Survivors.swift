/// Which record stands for each that was merged, and which records stay apart.
struct Survivors {
    private var next: [String: String] = [:]
    /// For the record that stands for a group, those of the groups that it must not join.
    private var apart: [String: Set<String>] = [:]

    /// Notes that a record became part of another.
    mutating func add(_ merged: String, to survivor: String) {
        next[merged] = survivor
        for other in apart.removeValue(forKey: merged) ?? [] {
            apart[other]?.remove(merged)
            keepApart(other, survivor)
        }
    }

    /// Notes that two records are not one; where they are joined already, nothing is left to keep apart.
    mutating func keepApart(_ one: String, _ other: String) {
        let (one, other) = (survivor(of: one), survivor(of: other))
        guard one != other else { return }
        apart[one, default: []].insert(other)
        apart[other, default: []].insert(one)
    }

    /// Whether joining the groups of two records would join two that are not one.
    func areApart(_ one: String, _ other: String) -> Bool {
        apart[survivor(of: one)]?.contains(survivor(of: other)) ?? false
    }

    /// The record that stands for a key in the end; the key itself where it was not merged.
    func survivor(of key: String) -> String {
        var key = key
        var steps = 0
        // A circle, which only a hand in the table can make, must not hold up a job.
        while let survivor = next[key], steps <= next.count {
            key = survivor
            steps += 1
        }
        return key
    }
}
