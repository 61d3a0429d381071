import JobQueue
import PropertyData

/// Compares one loaded roll with where it came from.
struct RollParity {
    let environment: WorkerEnvironment
    let context: JobContext
    let database: PropertyDatabase
    /// About how many keys are compared; nil for all.
    let sampleSize: Int?

    /// The live rows against the count that their load recorded.
    func recorded(_ roll: LoadedRoll) async throws -> ParityComparison {
        let live = try await database.countLive(roll.identity)
        let isEqual = live == roll.rows
        return ParityComparison(
            roll: roll.identity.description,
            source: .recorded,
            status: isEqual ? .equal : .different,
            method: "counts",
            message: isEqual
                ? "\(live) rows, as loaded" : "\(live) rows are live, the load recorded \(roll.rows)",
            sourceRows: roll.rows,
            liveRows: live,
            isSample: roll.isSample
        )
    }

    /// The live rows against the file that they were loaded from, read again.
    func file(_ roll: LoadedRoll) async throws -> ParityComparison {
        let store = RollStore(workFolder: environment.workFolder)
        guard let path = store.find(sha256: roll.sha256, name: roll.fileName) else {
            return ParityComparison(
                roll: roll.identity.description,
                source: .file,
                status: .notComparable,
                method: sampleSize == nil ? "exact" : "sample",
                message: "the file is not in this machine's work folder any more: download it again to compare",
                isSample: roll.isSample
            )
        }
        let key = "parity:\(context.idempotencyKey):\(roll.fileID)"
        do {
            let file = try TaxRollFile(path: path, expecting: roll.identity)
            // Hashes do not depend on the level; permissive keeps what a stricter load refused, and that is counted.
            _ = try await database.stage(
                file,
                runKey: key,
                level: .permissive,
                origin: FileOrigin(url: roll.url, isSample: roll.isSample),
                progress: { [context] in context.report(done: $0, total: $1, unit: $2) }
            )
            let comparison = try await compare(key, roll, refused: roll.invalidRows)
            try await database.discardStaged(runKey: key)
            return comparison
        } catch {
            // Also for a cancelled job, whose task runs no further statement.
            try await Task { [database] in try await database.discardStaged(runKey: key) }.value
            throw error
        }
    }

    /// The live rows of a roll against what a run has staged for it.
    func staged(_ run: StagedRun, identity: RollIdentity) async throws -> ParityComparison {
        compared(
            try await database.parity(runKey: run.id, share: share(of: run.rows)),
            identity.description,
            .staged,
            rows: run.rows,
            refused: 0,
            isSample: run.isSample
        )
    }

    private func compare(_ key: String, _ roll: LoadedRoll, refused: Int) async throws -> ParityComparison {
        let counts = try await database.parity(runKey: key, share: share(of: roll.rows))
        return compared(
            counts,
            roll.identity.description,
            .file,
            rows: roll.rows,
            refused: refused,
            isSample: roll.isSample
        )
    }

    private func share(of rows: Int) -> Double? {
        guard let sampleSize, rows > sampleSize else { return nil }
        return Double(sampleSize) / Double(rows)
    }

    private func compared(
        _ counts: ParityCounts,
        _ roll: String,
        _ source: ParityComparison.Source,
        rows: Int,
        refused: Int,
        isSample: Bool
    ) -> ParityComparison {
        let isExact = share(of: rows) == nil
        // Of a sample, nobody can tell how many of the missing keys are among those that were refused.
        let unexplained = isExact ? max(0, counts.missingLive - refused) : (refused == 0 ? counts.missingLive : 0)
        let differing = counts.mismatched + counts.missingStaged + unexplained
        let compared = counts.matched + differing
        return ParityComparison(
            roll: roll,
            source: source,
            status: differing == 0 ? .equal : .different,
            method: isExact ? "exact" : "sample",
            message: differing == 0
                ? "\(compared) keys have the same content"
                : "\(differing) of \(compared) keys differ: \(counts.mismatched) in content, \(unexplained) not live, "
                    + "\(counts.missingStaged) not in the source",
            sourceRows: counts.staged,
            liveRows: counts.live,
            matched: counts.matched,
            mismatched: counts.mismatched,
            missingLive: unexplained,
            missingSource: counts.missingStaged,
            refusedAtLoad: source == .file ? refused : nil,
            interval: isExact ? nil : ShareInterval(successes: differing, of: compared),
            isSample: isSample
        )
    }
}
