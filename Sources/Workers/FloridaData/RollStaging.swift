import JobQueue
import Logging
import PropertyData

/// Stages files, and finds what was staged.
struct RollStaging {
    let environment: WorkerEnvironment
    let context: JobContext

    /// Validates a file and stages its valid rows under a key, in the place of what was staged under it before.
    func stage(_ evidence: RollFileEvidence, runKey: String, level: ValidationLevel) async throws -> StagingReport {
        let database = PropertyDatabase(client: try environment.database())
        let (file, inspection) = try await RollLocator(environment, context).open(evidence)
        guard inspection.lines > 1 else {
            throw JobFailure("empty_file", "\(evidence.name) has a header and no rows", field: "file")
        }
        return try await database.stage(
            file,
            runKey: runKey,
            level: level,
            origin: FileOrigin(
                url: evidence.address,
                isSample: evidence.isSample,
                isPartial: evidence.isPartial ?? false
            ),
            inspection: inspection,
            progress: { [context] in context.report(done: $0, total: $1, unit: $2) }
        )
    }

    /// The run of a staging, its rows staged or merged.
    ///
    /// Staging tables are unlogged: a crash of the server empties them. They are then filled again from their file.
    func find(_ staging: StagingEvidence) async throws -> StagedRun {
        let client = try environment.database()
        if let run = try await StagedRun.find(staging.id, client) {
            guard run.sha256 == staging.file.sha256 else {
                throw JobFailure("staging_changed", "other rows are staged under \(staging.id) now", field: "staging")
            }
            if run.isMerged { return run }
            if try await run.countRows(client) == run.rows { return run }
        }
        context.logger.warning(
            "staged rows are gone, staging the file again",
            metadata: ["staging.id": "\(staging.id)"]
        )
        let report = try await stage(staging.file, runKey: staging.id, level: staging.level)
        guard report.staged == staging.rows, let run = try await StagedRun.find(staging.id, client) else {
            throw JobFailure(
                "staging_changed",
                "the file has \(report.staged) valid rows now, not \(staging.rows): process it again",
                field: "staging"
            )
        }
        return run
    }
}
