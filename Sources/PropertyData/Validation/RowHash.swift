/// A 128-bit hash, wide enough to stand for a key among millions of rows.
package struct RowHash: Sendable, Hashable {
    /// One half; alone enough to tell two versions of one row apart.
    package let low: UInt64
    /// The other half.
    package let high: UInt64
}

/// Hashes fields one after the other: multiply and fold, eight bytes at a time, in two lanes with constants of their
/// own (after Yi's wyhash).
///
/// Not for secrets; the same on every machine and in every run.
struct RowHasher {
    private var low: UInt64 = 0xa076_1d64_78bd_642f
    private var high: UInt64 = 0xe703_7ed1_a0b4_28db

    /// Adds a field; its length keeps `("a", "bc")` and `("ab", "c")` apart.
    @inline(__always)
    mutating func combine(_ text: UnsafeBufferPointer<UInt8>) {
        mix(UInt64(truncatingIfNeeded: text.count) | 0x8000_0000_0000_0000)
        let raw = UnsafeRawBufferPointer(text)
        var index = 0
        while index + 8 <= raw.count {
            mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        guard index < raw.count else { return }
        var word: UInt64 = 0
        while index < raw.count {
            word = word << 8 | UInt64(raw[index])
            index += 1
        }
        mix(word)
    }

    /// The hash of everything added.
    func finish() -> RowHash {
        var last = self
        last.mix(0x1d8e_4e27_c47d_124f)
        return RowHash(low: last.low, high: last.high)
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        low = Self.fold(low ^ word, 0x9e37_79b9_7f4a_7c15)
        high = Self.fold(high ^ word, 0xd6e8_feb8_6659_fd93) &+ low
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
