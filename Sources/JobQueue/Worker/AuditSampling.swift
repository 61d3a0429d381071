/// Which results a person looks at later, although they are confident.
package enum AuditSampling {
    /// Whether a job is in the sample of a rate from 0 to 1.
    ///
    /// A hash of the id decides, so that every attempt and every process comes to the same, and no result can be kept out
    /// of the sample by running it again. A job in the sample of one rate is also in that of every larger one.
    package static func includes(_ id: JobID, rate: Double) -> Bool {
        guard rate > 0 else { return false }
        return Double(scrambled(FNV1a.hash(id.rawValue.utf8)) >> 11) * 0x1p-53 < rate
    }

    /// FNV leaves the upper bits of ids that differ in their last characters alike; the finalizer of MurmurHash3 (Appleby,
    /// public domain) spreads every bit over all of them.
    private static func scrambled(_ hash: UInt64) -> UInt64 {
        var h = hash
        h ^= h >> 33
        h &*= 0xff51_afd7_ed55_8ccd
        h ^= h >> 33
        h &*= 0xc4ce_b9fe_1a85_ec53
        return h ^ (h >> 33)
    }
}
