/// The tokens of a vocabulary, found by their bytes.
///
/// All bytes lie in one array and the table holds places in it: a hundred thousand small arrays would cost several times the
/// memory, and an allocation for each look-up.
struct RankTable: Sendable {
    private var arena: [UInt8] = []
    /// Where each token begins in the arena, and one more for the end.
    private var starts: [UInt32] = [0]
    private var ranks: [UInt32] = []
    /// Open addressing: the number of a token plus one, zero for none.
    private var slots: [UInt32]

    /// A table for so many tokens.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        starts.reserveCapacity(capacity + 1)
        ranks.reserveCapacity(capacity)
    }

    /// The number of tokens.
    var count: Int { ranks.count }

    /// Adds a token; one that is there already keeps its rank.
    mutating func insert(_ token: [UInt8], rank: UInt32) {
        guard self.rank(of: token, 0..<token.count) == nil else { return }
        if ranks.count * 2 >= slots.count { grow() }
        arena.append(contentsOf: token)
        starts.append(UInt32(arena.count))
        ranks.append(rank)
        place(token, UInt32(ranks.count))
    }

    /// The rank of the token with these bytes; `nil` when there is none.
    func rank(of bytes: [UInt8], _ range: Range<Int>) -> UInt32? {
        let mask = slots.count - 1
        var slot = Self.hash(bytes, range) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if isToken(number, bytes, range) { return ranks[number] }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func isToken(_ number: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        let start = Int(starts[number])
        guard Int(starts[number + 1]) - start == range.count else { return false }
        for place in 0..<range.count where arena[start + place] != bytes[range.lowerBound + place] { return false }
        return true
    }

    private mutating func place(_ token: [UInt8], _ number: UInt32) {
        let mask = slots.count - 1
        var slot = Self.hash(token, 0..<token.count) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = number
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in ranks.indices {
            place(Array(arena[Int(starts[number])..<Int(starts[number + 1])]), UInt32(number + 1))
        }
    }

    /// FNV-1a, 64 bits, folded.
    private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for place in range { hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7fff_ffff_ffff)
    }
}
