/// What a look at a whole chain came to.
package struct ChainReport: Codable, Sendable, Hashable {
    /// Whether the chain is as it was written, as far as that can be told.
    package var isSound: Bool
    /// Entries read.
    package var entries: Int
    /// Entries that are as they were written.
    package var sound: Int
    /// The end of the chain; nil for an empty one.
    package var head: ChainMark?
    /// Whether Redis keeps where the chain ended.
    package var isAnchored: Bool
    /// Hashes written down elsewhere that the chain was held against.
    package var marks: Int
    /// What is wrong, in the order of the chain.
    package var findings: [ChainFinding]

    enum CodingKeys: String, CodingKey {
        case entries, sound, head, marks, findings
        case isSound = "is_sound"
        case isAnchored = "is_anchored"
    }
}

extension HistoryLog {
    /// Reads the whole chain and holds it against itself, Redis' anchor and checkpoints, and hashes written down elsewhere.
    ///
    /// - Parameters:
    ///   - expected: hashes that were written down elsewhere.
    ///   - progress: told how many entries were read.
    /// - Returns: what is wrong, the end included.
    /// - Throws: ``PostgresError``, ``JobQueueError``, `CancellationError`.
    package func verify(
        expected: [ChainMark] = [],
        progress: (Int) -> Void = { _ in }
    ) async throws -> ChainReport {
        let anchor = try await anchors.read()
        let marks = try await anchors.checkpoints() + expected
        var verifier = ChainVerifier(namespace: namespace, marks: marks)
        try await readAll { entry in
            verifier.read(entry)
            if verifier.entries.isMultiple(of: 10_000) { progress(verifier.entries) }
        }
        let later = try await anchors.read()
        return ChainReport(verifier, anchor: anchor, later: later, marks: marks)
    }
}

extension ChainReport {
    /// The report of a chain that was read to its end.
    package init(_ verifier: ChainVerifier, anchor: HistoryAnchor?, later: HistoryAnchor?, marks: [ChainMark]) {
        findings = verifier.finish(anchor: anchor, later: later, marks: marks)
        isSound = !findings.contains(where: \.isDamage)
        entries = verifier.entries
        sound = verifier.sound
        head = verifier.head
        isAnchored = anchor != nil
        self.marks = marks.count
    }
}
