/// How often two different organisations of one file bear the same name, as the branches of a chain do.
///
/// Where a file is linked with another one, two records of the same file under one name in different places are two
/// branches rather than a copy, so that the files themselves tell what a name alone is worth.
struct Namesakes {
    /// The share of a file's pairs that have one name in two places; nil without names and places.
    let share: Double?

    /// The most records of one name that are compared with each other.
    private static let mostBranches = 32

    init(_ comparison: RecordComparison, _ candidates: CandidatePairs) {
        let kinds = comparison.tables.map(\.kind)
        guard ColumnAspect.isListing(kinds), let name = kinds.firstIndex(of: .companyName),
            let split = candidates.leftCount
        else {
            share = nil
            return
        }
        let aspects = ColumnAspect.all(for: kinds)
        let places = kinds.indices.filter { aspects[$0] == .place || aspects[$0] == .contact }
        var branches = 0.5
        for side in [0..<split, split..<candidates.count] {
            var records: [UInt32: [Int]] = [:]
            let table = comparison.tables[name]
            for record in side where table.values[record] != 0 && table.shared[Int(table.values[record])] > 1 {
                records[table.values[record], default: []].append(record)
            }
            for group in records.values {
                let known = group.prefix(Self.mostBranches)
                for (position, left) in known.enumerated() {
                    for right in known.dropFirst(position + 1) {
                        let pattern = comparison.pattern(left, right)
                        let levels = places.map { RecordComparison.level(pattern, $0) }
                        let isApart = zip(places, levels).allSatisfy { $1 == 0 || $1 >= kinds[$0].orderedLevels - 1 }
                        if isApart, levels.contains(where: { $0 != 0 }) { branches += 1 }
                    }
                }
            }
        }
        let right = candidates.count - split
        let pairs = (split * (split - 1) + right * (right - 1)) / 2
        share = pairs > 0 ? min(0.5, branches / Double(pairs)) : nil
    }
}
