/// Numbers distinct byte strings from 0, in one buffer.
struct ByteInterner: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var ends: [UInt32] = []
    private var hashes: [UInt32] = []
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    /// How many strings there are.
    var count: Int { ends.count }

    /// The number of a string, a new one if it is new.
    mutating func intern(_ value: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let hash = UInt32(truncatingIfNeeded: ByteHash.hash(value))
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let id = Int(slots[slot] - 1)
            if hashes[id] == hash, isEqual(id, value) { return UInt32(id) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let id = UInt32(ends.count)
        slots[slot] = id + 1
        bytes.append(contentsOf: value)
        ends.append(UInt32(bytes.count))
        hashes.append(hash)
        if ends.count * 2 > slots.count { grow() }
        return id
    }

    /// The bytes of a string, for the length of the call.
    func withBytes<R>(of id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(id)])) }
    }

    /// Where a string stands in the buffer.
    func range(_ id: Int) -> Range<Int> { (id == 0 ? 0 : Int(ends[id - 1]))..<Int(ends[id]) }

    private func isEqual(_ id: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(id)
        guard range.count == value.count else { return false }
        return bytes.withUnsafeBufferPointer { $0[range].elementsEqual(value) }
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        for (id, hash) in hashes.enumerated() {
            var slot = Int(hash) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt32(id + 1)
        }
        slots = larger
    }
}
