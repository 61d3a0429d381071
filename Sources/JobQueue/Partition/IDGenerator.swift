#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Makes ids that sort by time and are unique without coordination.
package struct IDGenerator: Sendable {
    private let partitions: PartitionMap

    package init(partitions: PartitionMap) { self.partitions = partitions }

    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A job id: `j-`, nine digits of time (milliseconds) and twelve of chance (60 bits), base 32 without i, l, o and u.
    ///
    /// With a key, the id falls into the key's partition, so that the key and its job are looked up in one place.
    package func job(key: String? = nil) -> JobID {
        let milliseconds = UInt64(max(0, Date().timeIntervalSince1970 * 1000))
        guard let key, partitions.bases.count > 1 else { return Self.job(milliseconds) }
        let wanted = partitions.index(of: key)
        while true {
            let id = Self.job(milliseconds)
            if partitions.index(of: id) == wanted { return id }
        }
    }

    private static func job(_ milliseconds: UInt64) -> JobID {
        let chance = UInt64.random(in: 0..<(1 << 60))
        let text = String(unsafeUninitializedCapacity: 23) { buffer in
            buffer[0] = UInt8(ascii: "j")
            buffer[1] = UInt8(ascii: "-")
            for i in 0..<9 { buffer[2 + i] = digits[Int(milliseconds >> UInt64(5 * (8 - i))) & 31] }
            for i in 0..<12 { buffer[11 + i] = digits[Int(chance >> UInt64(5 * (11 - i))) & 31] }
            return 23
        }
        return JobID(trusted: text)
    }

    /// An operation id: `op-YYYYMMDD-HHMMSS-xxxxxxxx`, the time in UTC; with a key, in the key's partition.
    package func operation(key: String? = nil) -> JobID {
        let stamp = Self.stamp(Date())
        let wanted = key.map { partitions.index(of: $0) }
        while true {
            let chance = String(UInt32.random(in: .min ... .max), radix: 16)
            let id = JobID(trusted: "op-\(stamp)-" + String(repeating: "0", count: 8 - chance.count) + chance)
            if wanted == nil || partitions.index(of: id) == wanted { return id }
        }
    }

    /// `YYYYMMDD-HHMMSS` in UTC.
    private static func stamp(_ date: Date) -> String {
        // `2026-11-22T14:03:05Z`: the digits are kept, the T becomes the dash.
        let text = date.formatted(.iso8601)
        return String(
            text.compactMap { character in character == "T" ? "-" : (character.isNumber ? character : nil) }
        )
    }
}
