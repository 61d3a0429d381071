import JobQueue
import PropertyData

/// Finds the file that a result names, on this machine or, when another one fetched it, at its source.
struct RollLocator {
    private let fetcher: RollFetcher

    init(_ environment: WorkerEnvironment, _ context: JobContext) {
        fetcher = RollFetcher(environment, context)
    }

    /// Opens the very file of the evidence: whatever its place, its hash is the one stated.
    func open(_ evidence: RollFileEvidence) async throws -> (file: TaxRollFile, inspection: FileInspection) {
        let identity = try evidence.identity
        let stored = fetcher.store.find(sha256: evidence.sha256, name: evidence.name)
        for path in [stored, evidence.path].compactMap(\.self) {
            if let found = try await verified(path, identity, evidence.sha256) { return found }
        }
        let obtained = try await fetcher.obtain(identity, from: RollSource(parsing: evidence.source))
        guard obtained.inspection.sha256 == evidence.sha256 else {
            throw JobFailure(
                "source_changed",
                "\(evidence.name) is not on this machine, and \(evidence.source) has another version of it now: "
                    + "download it again",
                field: "file"
            )
        }
        return (try TaxRollFile(path: obtained.path, expecting: identity), obtained.inspection)
    }

    /// The file at a path if it is the one; nil for one that is missing, damaged or another.
    private func verified(
        _ path: String,
        _ identity: RollIdentity,
        _ sha256: String
    ) async throws -> (TaxRollFile, FileInspection)? {
        do {
            let file = try TaxRollFile(path: path, expecting: identity)
            let inspection = try await file.inspect()
            return inspection.sha256 == sha256 ? (file, inspection) : nil
        } catch is PropertyDataError {
            return nil
        }
    }
}
