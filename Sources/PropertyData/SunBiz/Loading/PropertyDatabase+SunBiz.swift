import Foundation
import PostgresClient

extension PropertyDatabase {
    /// Loads a file of the Division in one transaction: rows are staged by COPY, then merged by their key.
    ///
    /// New rows are inserted and changed ones updated, unless what is there comes from a later file; officers and owners
    /// are replaced with their record. Nothing is deleted: a daily file holds a day's changes only. The same file again
    /// changes nothing; the same run again returns its first report. The first real file drops all synthetic rows, and
    /// synthetic rows are refused where there are real ones (`sampleOverReal`).
    package func load(
        _ file: SunBizFile,
        _ load: SunBizLoad,
        progress: ProgressReport? = nil
    ) async throws -> SunBizLoadReport {
        try await client.withTransaction { connection in
            let records = SunBizRecords(connection: connection)
            try await records.lock()
            if let report = try await records.report(of: load.runKey, file.name.text) { return report }
            try await records.separate(isSample: load.isSample, file: file.name.text)
            let merge = SunBizMerge(file.name.kind)
            try await connection.execute(script: merge.createStage)
            var encoder = RecordEncoder(file.name.kind, filingTypes: load.filingTypes)
            let staged = try await connection.copyIn(merge.copy) { writer in
                let buffer = CopyBuffer()
                try await file.read(
                    progress: progress,
                    betweenPieces: { try await writer.write(buffer.rows.drain()) },
                    { encoder.encode($0, into: &buffer.rows) }
                )
                try await writer.write(buffer.rows.drain())
            }
            guard encoder.records == 0 || encoder.defects.malformed < encoder.records else {
                let first = encoder.defects.samples.first
                throw PropertyDataError(
                    .wrongLayout,
                    file: first?.file ?? file.name.text,
                    line: first?.line,
                    "none of its \(encoder.records) lines is a record of \(file.name.kind): "
                        + "\(first?.field.map { "\($0) " } ?? "")\(first?.message ?? "")"
                )
            }
            let counts = try await merge.run(on: connection, load)
            let report = SunBizLoadReport(
                name: file.name.text,
                kind: file.name.kind,
                issuedOn: load.issuedOn,
                sha256: load.sha256,
                bytes: file.byteCount,
                records: encoder.records,
                malformed: encoder.defects.malformed,
                filtered: encoder.filtered,
                repeated: staged - counts.distinct,
                inserted: counts.inserted,
                updated: counts.updated,
                unchanged: counts.distinct - counts.inserted - counts.updated,
                slots: counts.slots,
                fieldDefects: encoder.defects.fields,
                defects: encoder.defects.samples,
                byFilingType: encoder.byFilingType
            )
            try await records.remember(report, load)
            return report
        }
    }

    /// Records that a file could not be loaded.
    package func recordFailure(of name: String, _ load: SunBizLoad, bytes: Int, error: String) async throws {
        try await client.execute(
            """
            INSERT INTO sunbiz_loads (run_key, name, source, sha256, bytes, status, error, is_sample)
            VALUES ($1, $2, $3, $4, $5, 'failed', $6, $7)
            """,
            [
                .text(load.runKey), .text(name), .text(load.source), .text(load.sha256), .int(bytes), .text(error),
                .bool(load.isSample),
            ]
        )
    }
}

/// Rows between the reader, which does not wait, and the writer, which does.
private final class CopyBuffer {
    var rows = CopyTextRows()
}
