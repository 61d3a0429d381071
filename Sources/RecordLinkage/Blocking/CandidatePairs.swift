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

    /// Blocks the records, or takes all pairs where there are at most `exhaustiveLimit`.
    ///
    /// - Throws: `CancellationError`.
    init(tables: [ValueTable], leftCount: Int?, exhaustiveLimit: Int, pairsPerRecord: Int) throws {
        let kinds = tables.map(\.kind)
        let count = tables.first?.values.count ?? 0
        self.leftCount = leftCount
        self.count = count
        isExhaustive = Self.total(count, leftCount) <= exhaustiveLimit
        let budget = max(4_000_000, pairsPerRecord * count)
        indexes = try BlockingRule.all(for: kinds).map {
            try BlockIndex($0, kinds: kinds, tables: tables, leftCount: leftCount, budget: budget)
        }
        var chunks: [Chunk] = []
        if isExhaustive {
            let rows = leftCount ?? count
            let step = max(1, 200_000 / max(1, count))
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

    /// How many pairs there are in all, compared or not.
    var totalPairs: Int { Self.total(count, leftCount) }

    /// More matches than this are not believed: a record of one file is seldom more than one of another, and a file seldom
    /// has more than some copies of each.
    var mostMatches: Int { leftCount.map { max($0, count - $0) } ?? 4 * count }

    /// Calls the body with each pair of a chunk that no earlier rule has.
    @inline(__always)
    func forEachPair(in chunk: Chunk, _ body: (Int, Int) -> Void) {
        if chunk.rule < 0 {
            for left in chunk.range {
                for right in (leftCount ?? left + 1)..<max(count, leftCount ?? left + 1) { body(left, right) }
            }
            return
        }
        let index = indexes[chunk.rule]
        for number in chunk.range {
            let block = index.blocks[number]
            for i in Int(block.start)..<Int(block.middle) {
                let left = Int(index.records[i])
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
        for (rule, index) in indexes.enumerated() where index.sharedKey(left, right) != 0 { mask |= 1 << UInt32(rule) }
        return mask
    }

    /// Whether a pair is to be compared in this block: no earlier rule has it, and no earlier key of this one.
    @inline(__always)
    private func isFirst(_ left: Int, _ right: Int, _ rule: Int, _ entry: Int) -> Bool {
        for earlier in 0..<rule where indexes[earlier].sharedKey(left, right) != 0 { return false }
        let index = indexes[rule]
        return index.width == 1 || index.sharedKey(left, right) == index.entryKeys[entry]
    }

    private static func total(_ count: Int, _ leftCount: Int?) -> Int {
        leftCount.map { $0 * (count - $0) } ?? count * (count - 1) / 2
    }

    private static func divide(_ index: BlockIndex, _ rule: Int, _ isLinking: Bool, into chunks: inout [Chunk]) {
        var start = 0
        var pairs = 0
        for (number, block) in index.blocks.enumerated() {
            pairs += BlockIndex.pairs(block, isLinking)
            if pairs >= 100_000 {
                chunks.append(Chunk(rule: rule, range: start..<(number + 1)))
                start = number + 1
                pairs = 0
            }
        }
        if start < index.blocks.count { chunks.append(Chunk(rule: rule, range: start..<index.blocks.count)) }
    }
}
