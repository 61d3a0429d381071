package import Foundation
import PostgresClient

extension PropertyDatabase {
    /// Validates a file and streams its valid rows into a staging table named by the run's key.
    ///
    /// Everything happens in one transaction: the staging table is created and filled, violations and rule counts are
    /// stored, or nothing remains. The same key again replaces what it had staged. `runKey` is the caller's idempotency
    /// key. Memory stays constant apart from some 50 bytes per distinct key. Progress counts bytes of the table.
    package func stage(
        _ file: TaxRollFile,
        runKey: String,
        level: ValidationLevel = .standard,
        origin: FileOrigin = FileOrigin(),
        inspection known: FileInspection? = nil,
        progress: ProgressReport? = nil
    ) async throws -> StagingReport {
        let inspection = if let known { known } else { try await file.inspect() }
        let run = StagingRun(key: runKey, identity: file.name.identity)
        return try await client.withTransaction { connection in
            try await run.begin(on: connection)
            let scan = try RollScan(file, encoding: inspection.encoding, level: level)
            let spool = RejectSpool(runKey: runKey)
            let encoder = RowEncoder(file.name.identity)
            let staged = try await connection.copyIn(run.copySQL) { writer in
                while try scan.next(valid: { encoder.encode($0) }, invalid: { spool.append($0) }) {
                    try await writer.flushIfFull(encoder.rows)
                    try Task.checkCancellation()
                    try await progress?(scan.position, file.tableByteCount, "bytes")
                }
                try await writer.finish(encoder.rows)
            }
            let report = StagingReport(
                runKey: runKey,
                inspection: inspection,
                validation: scan.report(),
                staged: staged,
                rejectedViolations: spool.count,
                nulledValues: encoder.nulled
            )
            try await run.record(report, origin, on: connection)
            _ = try await connection.copyIn("COPY rejected_rows (run_key, line, rule_id, field, value) FROM STDIN") {
                writer in
                try await spool.copy(to: &writer)
            }
            return report
        }
    }

    /// Drops what was staged and never merged before a point in time; returns how many runs.
    @discardableResult
    package func discardStaged(before date: Date) async throws -> Int {
        try await client.withTransaction { connection in
            let rows = try await connection.query(
                "DELETE FROM staged_files WHERE merged IS NULL AND staged_at < $1 RETURNING table_name",
                [.timestamp(date)]
            )
            for row in rows {
                let table = try StagingRun.checked(try row.decode(0))
                try await connection.execute(script: "DROP TABLE IF EXISTS \(table)")
            }
            return rows.count
        }
    }
}
