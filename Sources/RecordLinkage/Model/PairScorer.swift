import Foundation

/// Weighs pairs by a model's numbers, laid out for speed, and by how common the values are on which they agree.
struct PairScorer: Sendable {
    private let columns: Int
    private let logM: [Float]
    private let logU: [Float]
    private let parents: [Int]
    private let isPlace: [Bool]
    private let moved: Float
    private let mostPlaceBits: Float
    /// For each column, log2 of how much rarer than the average a value is on which a pair agrees exactly.
    private let rarity: [[Float]]
    private let tables: [ValueTable]
    /// log2 of the prior odds; set again when term frequencies have changed the weights.
    var priorWeight: Double

    init(_ model: LinkageModel, tables: [ValueTable]) {
        columns = tables.count
        self.tables = tables
        logM = model.m.flatMap { $0.marginal.map { Float(log2(max($0, 1e-9))) } }
        logU = model.u.flatMap { $0.values.map { Float(log2(max($0, 1e-9))) } }
        parents = model.u.map { $0.parent ?? -1 }
        isPlace = model.isPlace
        moved = Float(model.moved)
        priorWeight = log2(model.prior / (1 - model.prior))
        mostPlaceBits = Float(max(1, -priorWeight))
        rarity = tables.map(Self.rarity)
    }

    private static func rarity(_ table: ValueTable) -> [Float] {
        // Common values are a level of their own, with an average of their own.
        var sums = (0.0, 0.0)
        var records = (0.0, 0.0)
        for value in 1..<max(1, table.count) {
            let weight = Double(table.counts[value])
            if table.isCommon.isEmpty || !table.isCommon[value] {
                sums.0 += weight * Double(table.shared[value])
                records.0 += weight
            } else {
                sums.1 += weight * Double(table.shared[value])
                records.1 += weight
            }
        }
        let averages = (max(1, sums.0 / max(1, records.0)), max(1, sums.1 / max(1, records.1)))
        return (0..<table.count).map { value in
            let average = table.isCommon.isEmpty || !table.isCommon[value] ? averages.0 : averages.1
            return Float(min(6, max(-6, log2(average / Double(max(1, table.shared[value]))))))
        }
    }

    /// log2 of the odds that two records match.
    func weight(_ pattern: RecordComparison.Pattern, _ left: Int, _ right: Int) -> Double {
        var sum = Float(priorWeight)
        var place: Float = 0
        for column in 0..<columns {
            let bits = ownBits(of: column, pattern, left)
            if isPlace[column] { place += bits } else { sum += bits }
        }
        return Double(sum + placeBits(place))
    }

    /// log2 of the Bayes factor that one column contributes; those of a place share what the place as a whole does.
    func bits(of column: Int, _ pattern: RecordComparison.Pattern, _ left: Int) -> Double {
        let own = ownBits(of: column, pattern, left)
        guard isPlace[column], own != 0 else { return Double(own) }
        let all = (0..<columns).reduce(Float(0)) { isPlace[$1] ? $0 + ownBits(of: $1, pattern, left) : $0 }
        return abs(all) < 1e-3 ? Double(own) : Double(own * placeBits(all) / all)
    }

    /// What a place says when its columns together say `bits`: no more against a match than that somebody has moved, and
    /// no more for one than the prior takes back, since who shares a house is not one person for that alone.
    @inline(__always)
    private func placeBits(_ bits: Float) -> Float {
        let bounded = min(bits, mostPlaceBits)
        return bounded > 12 ? bounded + log2(1 - moved) : log2((1 - moved) * exp2(bounded) + moved)
    }

    @inline(__always)
    private func ownBits(of column: Int, _ pattern: RecordComparison.Pattern, _ left: Int) -> Float {
        let level = RecordComparison.level(pattern, column)
        if level == 0 { return 0 }
        let row = parents[column] < 0 ? 0 : RecordComparison.level(pattern, parents[column])
        let u = logU[column * 256 + row * 16 + level]
        var weight = logM[column * 16 + level] - u
        if level == 1 || level == tables[column].commonLevel {
            // Where another column makes the agreement likely anyway, the value's rarity says as much less.
            let alone = logU[column * 256 + level]
            let share = alone < 0 ? min(1, max(0, u / alone)) : 0
            weight += share * rarity[column][Int(tables[column].values[left])]
        }
        return weight
    }
}
