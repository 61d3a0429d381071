/// The records of one blocking rule, sorted by key, and the blocks among them.
struct BlockIndex: Sendable {
    /// Records that share a key: a range of ``records``.
    struct Block: Sendable {
        var start: Int32
        /// Where the records of the right table begin; the end when there is one table.
        var middle: Int32
        var end: Int32
    }

    /// What became of blocks that were too large.
    struct Bounds: Sendable, Hashable, Codable {
        /// Blocks that a further key split.
        var blocksSplit = 0
        /// Blocks that no key could split, so that their records were dealt into smaller ones by record number.
        var blocksSampled = 0
        /// Pairs of those blocks that are not compared by this rule.
        var pairsLeftOut = 0
    }

    /// How many keys each record has.
    let width: Int
    /// The keys of each record, `width` each; 0 for none.
    private(set) var keys: [UInt32]
    let records: [UInt32]
    /// The key of each entry of ``records``; empty where a record has one key.
    let entryKeys: [UInt32]
    let blocks: [Block]
    let bounds: Bounds
    /// How many pairs the blocks hold, a pair of several blocks counted several times.
    let pairCount: Int

    /// Sorts records into blocks that together hold no more than about `budget` pairs.
    ///
    /// - Throws: `CancellationError`.
    init(_ rule: BlockingRule, kinds: [ColumnKind], tables: [ValueTable], leftCount: Int?, budget: Int) throws {
        let count = tables.first?.values.count ?? 0
        let split = leftCount ?? count
        width = rule.keys.map(\.width).max() ?? 1
        var keys = Self.keys(rule, tables, count, width)
        var bounds = Bounds()
        var sorted = Self.sorted(keys, width)
        let isLinking = leftCount != nil
        var limit = Self.limit(sorted, split, isLinking, budget)
        let first = limit
        let refinements = rule.refinements(for: kinds)
        for step in 0...refinements.count {
            try Task.checkCancellation()
            let isLast = step == refinements.count
            // Many blocks that are each small enough can still be too many pairs: as long as a key splits them, the limit
            // follows.
            if step > 0, !isLast { limit = min(limit, Self.limit(sorted, split, isLinking, budget)) }
            let bound = isLast ? first : limit
            let oversized = Self.blocks(sorted, split, isLinking).filter { Self.pairs($0, isLinking) > bound }
            if oversized.isEmpty { continue }
            let parts = isLast ? [] : refinements[step].keys(of: tables[refinements[step].column])
            for block in oversized {
                let pairs = Self.pairs(block, isLinking)
                if isLast {
                    bounds.blocksSampled += 1
                } else if step == 0 {
                    bounds.blocksSplit += 1
                }
                // Enough hands to deal into that each holds few enough pairs.
                let hands = UInt32(min(Double(UInt32.max), (Double(pairs) / Double(bound)).rounded(.up)))
                for index in Int(block.start)..<Int(block.end) {
                    let record = Int(truncatingIfNeeded: sorted[index] & 0xffff_ffff)
                    let part: UInt32
                    if isLast {
                        part = UInt32(truncatingIfNeeded: ByteHash.mix(UInt64(record))) % hands + 1
                    } else {
                        let table = tables[refinements[step].column]
                        part = parts[Int(table.values[record])]
                    }
                    let old = UInt32(truncatingIfNeeded: sorted[index] >> 32)
                    for slot in (record * width)..<(record * width + width) where keys[slot] == old {
                        // A record without the further key joins no block of this rule.
                        keys[slot] = part == 0 ? 0 : ByteHash.join(old, part)
                    }
                }
                if isLast { bounds.pairsLeftOut += pairs - pairs / Int(hands) }
            }
            sorted = Self.sorted(keys, width)
        }
        self.keys = keys
        self.bounds = bounds
        blocks = Self.blocks(sorted, split, isLinking)
        records = sorted.map { UInt32(truncatingIfNeeded: $0) }
        entryKeys = width == 1 ? [] : sorted.map { UInt32(truncatingIfNeeded: $0 >> 32) }
        pairCount = blocks.reduce(0) { $0 + Self.pairs($1, isLinking) }
    }

    /// Hands over the keys, which are looked up side by side with those of other rules.
    mutating func takeKeys() -> [UInt32] {
        defer { keys = [] }
        return keys
    }

    /// How many pairs a block holds.
    static func pairs(_ block: Block, _ isLinking: Bool) -> Int {
        let left = Int(block.middle - block.start)
        return isLinking ? left * Int(block.end - block.middle) : left * (left - 1) / 2
    }

    private static func keys(_ rule: BlockingRule, _ tables: [ValueTable], _ count: Int, _ width: Int) -> [UInt32] {
        var keys = [UInt32](repeating: 0, count: count * width)
        for (position, key) in rule.keys.enumerated() {
            let parts = key.keys(of: tables[key.column])
            let values = tables[key.column].values
            for record in 0..<count {
                for slot in 0..<width {
                    let part = parts[Int(values[record]) * key.width + (key.width == 1 ? 0 : slot)]
                    let index = record * width + slot
                    if position == 0 {
                        keys[index] = part
                    } else {
                        keys[index] = part == 0 || keys[index] == 0 ? 0 : ByteHash.join(keys[index], part)
                    }
                }
            }
        }
        return keys
    }

    /// Key and record in one number, in ascending order.
    private static func sorted(_ keys: [UInt32], _ width: Int) -> [UInt64] {
        var entries: [UInt64] = []
        entries.reserveCapacity(keys.count)
        for (index, key) in keys.enumerated() where key != 0 {
            entries.append(UInt64(key) << 32 | UInt64(index / width))
        }
        RadixSort.sortByUpperHalf(&entries)
        return entries
    }

    private static func blocks(_ sorted: [UInt64], _ split: Int, _ isLinking: Bool) -> [Block] {
        var blocks: [Block] = []
        var start = 0
        while start < sorted.count {
            var end = start + 1
            var middle = isLinking && sorted[start] & 0xffff_ffff >= UInt64(split) ? start : start + 1
            while end < sorted.count, sorted[end] >> 32 == sorted[start] >> 32 {
                if !isLinking || sorted[end] & 0xffff_ffff < UInt64(split) { middle = end + 1 }
                end += 1
            }
            if end - start > 1, middle > start, !isLinking || middle < end {
                blocks.append(Block(start: Int32(start), middle: Int32(middle), end: Int32(end)))
            }
            start = end
        }
        return blocks
    }

    /// The largest number of pairs a block may have for the rule's pairs to fit the budget.
    private static func limit(_ sorted: [UInt64], _ split: Int, _ isLinking: Bool, _ budget: Int) -> Int {
        var sizes = blocks(sorted, split, isLinking).map { pairs($0, isLinking) }
        guard sizes.reduce(0, +) > budget else { return Int.max }
        sizes.sort()
        var total = 0
        for size in sizes {
            total += size
            if total > budget { return max(64, min(size - 1, budget / 16)) }
        }
        return Int.max
    }
}
