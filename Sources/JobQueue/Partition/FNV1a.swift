/// The 64-bit FNV-1a hash: the same value on every machine and in every run, unlike Swift's own hashing.
package enum FNV1a {
    /// Hashes bytes.
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash ^= UInt64(byte)
            hash &*= 0x100_0000_01b3
        }
        return hash
    }
}
