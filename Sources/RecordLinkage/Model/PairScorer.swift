import Foundation

/// Weighs pairs by a model's numbers, laid out for speed, and by how common the values are on which they agree.
struct PairScorer: Sendable {
    private let columns: Int
    private let logM: [Float]
    private let logU: [Float]
    private let parentM: [Int]
    private let parentU: [Int]
    /// For each column, log2 of how much rarer than the average a value is on which a pair agrees exactly.
    private let rarity: [[Float]]
    private let tables: [ValueTable]
    /// log2 of the prior odds; set again when term frequencies have changed the weights.
    var priorWeight: Double

    init(_ model: LinkageModel, tables: [ValueTable]) {
        columns = tables.count
        self.tables = tables
        logM = model.m.flatMap { $0.values.map { Float(log2(max($0, 1e-9))) } }
        logU = model.u.flatMap { $0.values.map { Float(log2(max($0, 1e-9))) } }
        parentM = model.m.map { $0.parent ?? -1 }
        parentU = model.u.map { $0.parent ?? -1 }
        priorWeight = log2(model.prior / (1 - model.prior))
        rarity = zip(tables, model.u).map { table, u in
            let known = Double(table.values.count - Int(table.counts.first ?? 0))
            let average = max(1e-9, u.values[1])
            return table.counts.map { count in
                let frequency = Double(max(1, count)) / max(1, known)
                return Float(min(8, max(-8, log2(average / frequency))))
            }
        }
    }

    /// log2 of the odds that two records match.
    func weight(_ pattern: RecordComparison.Pattern, _ left: Int, _ right: Int) -> Double {
        var sum = Float(priorWeight)
        for column in 0..<columns { sum += bits(of: column, pattern, left) }
        return Double(sum)
    }

    /// log2 of the Bayes factor that one column contributes.
    @inline(__always)
    func bits(of column: Int, _ pattern: RecordComparison.Pattern, _ left: Int) -> Float {
        let level = RecordComparison.level(pattern, column)
        if level == 0 { return 0 }
        let rowM = parentM[column] < 0 ? 0 : RecordComparison.level(pattern, parentM[column])
        let rowU = parentU[column] < 0 ? 0 : RecordComparison.level(pattern, parentU[column])
        let u = logU[column * 256 + rowU * 16 + level]
        var weight = logM[column * 256 + rowM * 16 + level] - u
        if level == 1 {
            // Where another column makes the agreement likely anyway, the value's rarity says as much less.
            let alone = logU[column * 256 + 1]
            let share = alone < 0 ? min(1, max(0, u / alone)) : 0
            weight += share * rarity[column][Int(tables[column].values[left])]
        }
        return weight
    }
}
