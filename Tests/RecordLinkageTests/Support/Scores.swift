@testable import RecordLinkage
@testable import linkage_samples

/// How well a linkage found what is one entity.
struct Scores: CustomStringConvertible {
    let precision: Double
    let recall: Double
    /// The mean squared difference of probability and truth, over the reported pairs.
    let brier: Double
    /// The mean difference of probability and share of right pairs, over ten bins.
    let calibrationError: Double
    let linkage: Linkage

    var f1: Double { 2 * precision * recall / max(1e-9, precision + recall) }

    var description: String {
        "precision \(precision), recall \(recall), F1 \(f1), Brier \(brier), ECE \(calibrationError)"
    }

    /// Links a sample without telling the linker anything, and compares with the answer.
    init(_ sample: LabelledSample, settings: LinkageSettings = LinkageSettings()) async throws {
        let left = try Self.table(sample.names, sample.left)
        let right = sample.right.isEmpty ? nil : try Self.table(sample.names, sample.right)
        let schema = try LinkageSchema.detect(left: left, right: right)
        linkage = try await Linker(schema: schema, settings: settings).link(left, right)
        let rightEntities = right == nil ? sample.leftEntities : sample.rightEntities
        var (right1, wrong, squares) = (0, 0, 0.0)
        var bins = [(sum: Double, right: Double)](repeating: (0, 0), count: 10)
        for pair in linkage.pairs {
            let isMatch = sample.leftEntities[pair.left] == rightEntities[pair.right]
            if pair.isAccepted { if isMatch { right1 += 1 } else { wrong += 1 } }
            squares += (pair.probability - (isMatch ? 1 : 0)) * (pair.probability - (isMatch ? 1 : 0))
            let bin = min(9, Int(pair.probability * 10))
            bins[bin].sum += pair.probability
            bins[bin].right += isMatch ? 1 : 0
        }
        let count = Double(max(1, linkage.pairs.count))
        precision = Double(right1) / Double(max(1, right1 + wrong))
        recall = Double(right1) / Double(max(1, sample.matches))
        brier = squares / count
        calibrationError = bins.reduce(0) { $0 + abs($1.sum - $1.right) } / count
    }

    private static func table(_ names: [String], _ rows: [[String]]) throws -> RecordTable {
        var table = RecordTable(names: names)
        for row in rows { try table.append(texts: row) }
        return table
    }
}
