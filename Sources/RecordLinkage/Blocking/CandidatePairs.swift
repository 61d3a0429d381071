/// The pairs of records that are compared, each once, in chunks that tasks can share out.
struct CandidatePairs: Sendable {
    /// Some blocks of one rule, or some left records against all others.
    struct Chunk: Sendable {
        var rule: Int
        var range: Range<Int>
    }

    let indexes: [BlockIndex]
    /// Where the records of the right table begin; nil when one table is compared with itself.
    let leftCount: Int?
    let count: Int
    /// Whether all pairs are compared, because they are few.
    let isExhaustive: Bool
    let chunks: [Chunk]
    /// The keys of all rules, one record after the other, so that a record's are read from one place.
    private let keys: [UInt32]
    /// Where a rule's keys stand within a record's, and behind them the end of all.
    private let offsets: [Int]

    /// Blocks the records, or takes all pairs where there are at most `exhaustiveLimit`.
    ///
    /// - Throws: `CancellationError`.
    init(tables: [ValueTable], leftCount: Int?, exhaustiveLimit: Int, pairsPerRecord: Int) throws {
        let kinds = tables.map(\.kind)
        let count = tables.first?.values.count ?? 0
        self.leftCount = leftCount
        self.count = count
        isExhaustive = Self.total(count, leftCount) <= exhaustiveLimit
        let budget = max(2_000_000, pairsPerRecord * count)
        let rules = BlockingRule.all(for: kinds)
        var offsets = [0]
        for rule in rules { offsets.append((offsets.last ?? 0) + (rule.keys.map(\.width).max() ?? 1)) }
        let keysPerRecord = offsets.last ?? 0
        var keys = [UInt32](repeating: 0, count: count * keysPerRecord)
        var indexes: [BlockIndex] = []
        for (number, rule) in rules.enumerated() {
            var index = try BlockIndex(rule, kinds: kinds, tables: tables, leftCount: leftCount, budget: budget)
            let own = index.takeKeys()
            for record in 0..<count {
                for slot in 0..<index.width {
                    keys[record * keysPerRecord + offsets[number] + slot] = own[record * index.width + slot]
                }
            }
            indexes.append(index)
        }
        self.indexes = indexes
        self.keys = keys
        self.offsets = offsets
        var chunks: [Chunk] = []
        if isExhaustive {
            let rows = leftCount ?? count
            let step = max(1, Self.chunkPairs / max(1, count))
            for start in stride(from: 0, to: rows, by: step) {
                chunks.append(Chunk(rule: -1, range: start..<min(rows, start + step)))
            }
        } else {
            for (rule, index) in indexes.enumerated() {
                Self.divide(index, rule, leftCount != nil, into: &chunks)
            }
        }
        self.chunks = chunks
    }

    /// How many pairs a task compares before it asks whether it is to stop.
    private static let chunkPairs = 25_000

    /// How many pairs there are in all, compared or not.
    var totalPairs: Int { Self.total(count, leftCount) }

    /// More matches than this are not believed: a record of one file is seldom more than one of another, and a file seldom
    /// has more than some copies of each.
    var mostMatches: Int { leftCount.map { max($0, count - $0) } ?? 4 * count }

    /// Calls the body with each pair of a chunk that no earlier rule has; `isWanted` picks left records.
    @inline(__always)
    func forEachPair(in chunk: Chunk, where isWanted: (Int) -> Bool = { _ in true }, _ body: (Int, Int) -> Void) {
        if chunk.rule < 0 {
            for left in chunk.range where isWanted(left) {
                for right in (leftCount ?? left + 1)..<max(count, leftCount ?? left + 1) { body(left, right) }
            }
            return
        }
        let index = indexes[chunk.rule]
        for number in chunk.range {
            let block = index.blocks[number]
            for i in Int(block.start)..<Int(block.middle) {
                let left = Int(index.records[i])
                guard isWanted(left) else { continue }
                for j in (leftCount == nil ? i + 1 : Int(block.middle))..<Int(block.end) {
                    let right = Int(index.records[j])
                    if isFirst(left, right, chunk.rule, i) { body(left, right) }
                }
            }
        }
    }

    /// One bit for each rule that has a pair.
    func mask(_ left: Int, _ right: Int) -> UInt32 {
        var mask: UInt32 = 0
        for rule in indexes.indices where sharedKey(rule, left, right) != 0 { mask |= 1 << UInt32(rule) }
        return mask
    }

    /// Whether a pair is to be compared in this block: no earlier rule has it, and no earlier key of this one.
    @inline(__always)
    private func isFirst(_ left: Int, _ right: Int, _ rule: Int, _ entry: Int) -> Bool {
        for earlier in 0..<rule where sharedKey(earlier, left, right) != 0 { return false }
        let index = indexes[rule]
        return index.width == 1 || sharedKey(rule, left, right) == index.entryKeys[entry]
    }

    /// The first key of a rule that two records share; 0 for none.
    @inline(__always)
    private func sharedKey(_ rule: Int, _ left: Int, _ right: Int) -> UInt32 {
        let stride = offsets[offsets.count - 1]
        let (first, end) = (offsets[rule], offsets[rule + 1])
        for slot in (left * stride + first)..<(left * stride + end) where keys[slot] != 0 {
            for other in (right * stride + first)..<(right * stride + end) where keys[other] == keys[slot] {
                return keys[slot]
            }
        }
        return 0
    }

    private static func total(_ count: Int, _ leftCount: Int?) -> Int {
        leftCount.map { $0 * (count - $0) } ?? count * (count - 1) / 2
    }

    private static func divide(_ index: BlockIndex, _ rule: Int, _ isLinking: Bool, into chunks: inout [Chunk]) {
        var start = 0
        var pairs = 0
        for (number, block) in index.blocks.enumerated() {
            pairs += BlockIndex.pairs(block, isLinking)
            if pairs >= Self.chunkPairs {
                chunks.append(Chunk(rule: rule, range: start..<(number + 1)))
                start = number + 1
                pairs = 0
            }
        }
        if start < index.blocks.count { chunks.append(Chunk(rule: rule, range: start..<index.blocks.count)) }
    }
}
