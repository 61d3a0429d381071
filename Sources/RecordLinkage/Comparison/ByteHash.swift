/// Hashes of byte strings, the same in every run.
enum ByteHash {
    /// Mixes the bytes eight at a time.
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(bytes.count)
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index + 8 <= raw.count {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var tail: UInt64 = 0
        while index < raw.count {
            tail = tail << 8 | UInt64(raw[index])
            index += 1
        }
        return mix(state ^ tail)
    }

    /// A bijection that spreads nearby numbers (the finaliser of SplitMix64).
    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    /// Joins two hashes into one of 32 bits that is never 0.
    @inline(__always)
    static func join(_ left: UInt32, _ right: UInt32) -> UInt32 {
        max(1, UInt32(truncatingIfNeeded: mix(UInt64(left) << 32 | UInt64(right))))
    }
}
