/// How records are linked.
package struct LinkageSettings: Sendable, Hashable {
    /// The probability from which two records count as one, 0 to 1.
    package var threshold: Double = 0.5
    /// Pairs below this probability are not reported, nor used for clusters.
    package var reportedFrom: Double = 0.01
    /// Up to so many pairs in all, every pair is compared and nothing is blocked.
    package var exhaustiveLimit = 1_500_000
    /// How many pairs a record may have on average in one blocking rule, beyond which large blocks are split.
    package var pairsPerRecord = 4
    /// How many pairs the model is learned from.
    package var samplePairs = 3_000_000
    /// How many tasks compare at once; 0 for one a processor.
    package var parallelism = 0
    /// The seed of the random pairs.
    package var seed: UInt64 = 1

    /// The defaults.
    package init() {}
}
