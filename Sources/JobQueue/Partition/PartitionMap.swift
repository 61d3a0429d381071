/// Which partition an id belongs to, and the keys that are named outside of the functions.
package struct PartitionMap: Sendable {
    /// The prefix of every key of each partition, with its hash tag.
    package let bases: [String]

    /// The map of a namespace that is cut into `partitions` shards.
    package init(namespace: String, partitions: Int) {
        bases = (0..<partitions).map { "{\(namespace):\($0)}" }
    }

    /// The partition of an id: a hash of it, up to the first `:`.
    package func index(of key: some StringProtocol) -> Int {
        bases.count == 1 ? 0 : Int(FNV1a.hash(key.utf8) % UInt64(bases.count))
    }

    /// The partition of a job.
    package func index(of id: JobID) -> Int { index(of: id.partitionKey) }

    /// The partition of an escalation, whose id is `esc-FENCE-JOB`; `nil` for a text that is none.
    package func index(ofEscalation id: String) -> Int? {
        Self.job(ofEscalation: id).map { index(of: $0) }
    }

    /// The job of an escalation.
    package static func job(ofEscalation id: String) -> JobID? {
        let parts = id.split(separator: "-", maxSplits: 2)
        guard parts.count == 3, parts[0] == "esc", Int(parts[1]) != nil else { return nil }
        return JobID(rawValue: String(parts[2]))
    }
}
