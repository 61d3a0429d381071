import Foundation

/// What the columns of each aspect say about a pair, in bits.
private struct AspectBits {
    var identity: Float = 0
    var place: Float = 0
    var contact: Float = 0
    var name: Float = 0
    /// Whether they share a telephone that several places have.
    var isCommon = false
}

/// Weighs pairs by a model's numbers, laid out for speed, and by how common the values are on which they agree.
struct PairScorer: Sendable {
    private let columns: Int
    private let logM: [Float]
    private let logU: [Float]
    private let parents: [Int]
    private let aspects: [ColumnAspect]
    private let moved: Float
    private let movedBits: Float
    private let stayedBits: Float
    private let coincidence: Coincidence
    /// For each column, log2 of how much rarer than the average a value is on which a pair agrees exactly.
    private let rarity: [[Float]]
    private let commonLevels: [Int]
    private let tables: [ValueTable]
    /// log2 of the prior odds; set again when term frequencies have changed the weights.
    var priorWeight: Double

    init(_ model: LinkageModel, tables: [ValueTable]) {
        columns = tables.count
        self.tables = tables
        commonLevels = tables.map(\.kind.commonLevel)
        logM = model.m.flatMap { $0.marginal.map { Float(log2(max($0, 1e-9))) } }
        logU = model.u.flatMap { $0.values.map { Float(log2(max($0, 1e-9))) } }
        parents = model.u.map { $0.parent ?? -1 }
        aspects = model.aspects
        moved = Float(model.moved)
        movedBits = Float(log2(model.moved))
        stayedBits = Float(log2(1 - model.moved))
        priorWeight = log2(model.prior / (1 - model.prior))
        coincidence = model.coincidence
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

    /// log2 of the odds that two records match; of pairs below `least`, an upper bound.
    func weight(
        _ pattern: RecordComparison.Pattern,
        _ left: Int,
        _ right: Int,
        least: Double = -.infinity
    ) -> Double {
        let sums = sums(pattern, left)
        let place = placeBits(sums.place)
        let own = priorWeight + Double(sums.identity)
        let most = own + Double(sums.name + place + sums.contact)
        return most < least ? most : own + together(sums, place)
    }

    /// log2 of the Bayes factor that one column contributes.
    ///
    /// What name and place cannot say without each other is taken from the columns that speak for a match.
    func bits(of column: Int, _ pattern: RecordComparison.Pattern, _ left: Int) -> Double {
        let sums = sums(pattern, left)
        let place = placeBits(sums.place)
        let placeShare = abs(sums.place) < 1e-3 ? 1 : place / sums.place
        func plain(_ column: Int) -> Double {
            let bits = ownBits(of: column, pattern, left)
            return Double(aspects[column] == .place ? bits * placeShare : bits)
        }
        let own = plain(column)
        guard aspects[column] != .identity, own > 0 else { return own }
        let favouring = (0..<columns).reduce(0.0) { aspects[$1] == .identity ? $0 : $0 + max(0, plain($1)) }
        let taken = Double(sums.name + place + sums.contact) - together(sums, place)
        return own * (1 - taken / favouring)
    }

    /// The most that a column can say at a level, whatever the other columns say and the value is.
    func mostBits(of column: Int, level: Int) -> Float {
        guard level > 0 else { return 0 }
        let rows = parents[column] < 0 ? 0..<1 : 0..<16
        return logM[column * 16 + level] - (rows.map { logU[column * 256 + $0 * 16 + level] }.min() ?? 0)
    }

    /// The most that a value's rarity adds.
    @inline(__always)
    func rarityBits(of column: Int, _ value: UInt32) -> Float { max(0, rarity[column][Int(value)]) }

    /// No less than what a place says when its columns together say `bits`.
    @inline(__always)
    func mostPlaceBits(_ bits: Float) -> Float { max(bits, movedBits) + 1 }

    private func together(_ sums: AspectBits, _ place: Float) -> Double {
        log2(
            coincidence.factor(
                name: exp2(Double(sums.name)),
                place: exp2(Double(place)),
                contact: exp2(Double(sums.contact)),
                isCommon: sums.isCommon
            )
        )
    }

    @inline(__always)
    private func sums(_ pattern: RecordComparison.Pattern, _ left: Int) -> AspectBits {
        var sums = AspectBits()
        for column in 0..<columns {
            let bits = ownBits(of: column, pattern, left)
            switch aspects[column] {
            case .identity: sums.identity += bits
            case .place: sums.place += bits
            case .contact:
                sums.contact += bits
                sums.isCommon = sums.isCommon || RecordComparison.level(pattern, column) == commonLevels[column]
            case .name: sums.name += bits
            }
        }
        return sums
    }

    /// What a place says when its columns together say `bits`: no more against a match than that somebody has moved.
    @inline(__always)
    private func placeBits(_ bits: Float) -> Float {
        bits > 12 ? bits + stayedBits : log2((1 - moved) * exp2(bits) + moved)
    }

    @inline(__always)
    private func ownBits(of column: Int, _ pattern: RecordComparison.Pattern, _ left: Int) -> Float {
        let level = RecordComparison.level(pattern, column)
        if level == 0 { return 0 }
        let row = parents[column] < 0 ? 0 : RecordComparison.level(pattern, parents[column])
        let u = logU[column * 256 + row * 16 + level]
        var weight = logM[column * 16 + level] - u
        if level == 1 || level == commonLevels[column] {
            // Where another column makes the agreement likely anyway, the value's rarity says as much less.
            let alone = logU[column * 256 + level]
            let share = alone < 0 ? min(1, max(0, u / alone)) : 0
            weight += share * rarity[column][Int(tables[column].values[left])]
        }
        return weight
    }
}
