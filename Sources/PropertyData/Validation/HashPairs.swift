/// Pairs of 64-bit hashes, 16 bytes each: what the rules about a whole file remember of every row.
///
/// Open addressing with linear probing. The numbers are hashes already, so that their low bits choose the slot and
/// nothing is hashed again.
final class HashPairs {
    /// How many pairs there are.
    private(set) var count = 0
    private var slots: UnsafeMutablePointer<Slot>
    /// One less than the number of slots, which is a power of two.
    private var mask: Int

    /// A pair; `first` is 0 in an empty slot.
    private struct Slot {
        var first: UInt64 = 0
        var second: UInt64 = 0
    }

    /// Creates an empty set.
    init() {
        mask = 1_023
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(), count: mask + 1)
    }

    deinit {
        slots.deallocate()
    }

    /// Adds a row's hash; false when it is there already.
    func insert(_ hash: RowHash) -> Bool {
        let first = Self.occupied(hash.low)
        var index = Int(truncatingIfNeeded: first) & mask
        while slots[index].first != 0 {
            if slots[index].first == first, slots[index].second == hash.high { return false }
            index = (index + 1) & mask
        }
        fill(index, Slot(first: first, second: hash.high))
        return true
    }

    /// The second number of the pair with this first one; the given one, which is kept, where there is none.
    func known(_ key: UInt64, else value: UInt64) -> UInt64 {
        let first = Self.occupied(key)
        var index = Int(truncatingIfNeeded: first) & mask
        while slots[index].first != 0 {
            if slots[index].first == first { return slots[index].second }
            index = (index + 1) & mask
        }
        fill(index, Slot(first: first, second: value))
        return value
    }

    private static func occupied(_ hash: UInt64) -> UInt64 { hash == 0 ? 1 : hash }

    private func fill(_ index: Int, _ slot: Slot) {
        slots[index] = slot
        count += 1
        if count * 4 > mask * 3 { grow() }
    }

    private func grow() {
        let old = slots
        let oldMask = mask
        mask = mask * 2 + 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(), count: mask + 1)
        for position in 0...oldMask where old[position].first != 0 {
            var index = Int(truncatingIfNeeded: old[position].first) & mask
            while slots[index].first != 0 { index = (index + 1) & mask }
            slots[index] = old[position]
        }
        old.deallocate()
    }
}
