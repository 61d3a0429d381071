import Foundation
import PostgresClient

extension PropertyDatabase {
    /// Merges what a run has staged into the live table, in one transaction, and drops the staging table.
    ///
    /// The file is the whole roll: its rows are inserted, rows whose content changed are updated, and rows of the same
    /// dataset, county, roll and year that it no longer has are deleted. One merge of a roll runs at a time. A second
    /// call with the same key changes nothing and returns the first one's report. Throws `tooManyDeletions`, with
    /// nothing changed, when more than the given share of the roll's rows would go: half a file must not empty a county.
    package func merge(runKey: String, maximumDeletedShare: Double = 0.2) async throws -> MergeReport {
        try await client.withTransaction { connection in
            let staged = try await StagedFile.load(runKey, on: connection)
            if let report = staged.merged { return report }
            guard !staged.isPartial else {
                throw PropertyDataError(
                    .partialRoll,
                    file: staged.fileName,
                    "the staged rows are a part of the roll, whose other rows a merge would delete: stage the whole file"
                )
            }
            try await staged.lockRoll(on: connection)
            let merge = MergeStatements(staged)
            try await connection.execute(script: merge.prepare)
            let before = try await count(merge.countLive, staged, connection)
            let kept = try await count(merge.countKept, staged, connection)
            guard before == 0 || Double(before - kept) <= Double(before) * maximumDeletedShare else {
                throw PropertyDataError(
                    .tooManyDeletions,
                    file: staged.fileName,
                    "\(before - kept) of the roll's \(before) rows are not in the file; a merge may delete "
                        + "\(Int(maximumDeletedShare * 100)) percent"
                )
            }
            let fileID = try await staged.recordSource(on: connection)
            // The counts say which statements have anything to do; a roll's first load only inserts.
            let deleted = before > kept ? try await connection.execute(merge.delete, staged.rollParameters) : 0
            let updated = kept > 0 ? try await connection.execute(merge.update, [.int(fileID)]) : 0
            let insert = kept > 0 ? merge.insertMissing : merge.insertAll
            let inserted = kept < staged.rows ? try await connection.execute(insert, [.int(fileID)]) : 0
            let live = try await count(merge.countLive, staged, connection)
            guard live == staged.rows else {
                throw PropertyDataError(
                    .parityFailed,
                    file: staged.fileName,
                    "\(staged.rows) rows were staged, \(live) are live after the merge, which is undone"
                )
            }
            let report = MergeReport(
                runKey: runKey,
                fileID: fileID,
                inserted: inserted,
                updated: updated,
                unchanged: staged.rows - inserted - updated,
                deleted: deleted,
                staged: staged.rows,
                live: live
            )
            try await staged.finish(report, on: connection)
            return report
        }
    }

    private func count(_ sql: String, _ staged: StagedFile, _ connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query(sql, staged.rollParameters)
        return try rows.first?.decode(0) ?? 0
    }
}

/// The statements of one merge.
///
/// Table and column names come from `PropertyTable` and `StagingRun` only.
private struct MergeStatements {
    private let table: PropertyTable
    private let staging: String

    init(_ staged: StagedFile) {
        table = PropertyTable.of(staged.identity.dataset)
        staging = staged.tableName
    }

    private let ofRoll = "l.co_no = $1::smallint AND l.asmnt_yr = $2::smallint AND l.roll = $3"

    /// The live table may never have been analyzed; without statistics the planner takes a roll for one row and joins
    /// row by row, which takes hours.
    ///
    /// Every join here is of whole rolls and by the key: the other columns need no statistics, which take longer than the
    /// joins.
    var prepare: String {
        "ANALYZE \(staging) (\(table.key.joined(separator: ", "))); SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'"
    }

    var countLive: String { "SELECT count(*) FROM \(table.name) l WHERE \(ofRoll)" }

    var countKept: String {
        "SELECT count(*) FROM \(table.name) l JOIN \(staging) s ON \(table.sameKey("l", "s")) WHERE \(ofRoll)"
    }

    var delete: String {
        """
        DELETE FROM \(table.name) l WHERE \(ofRoll)
        AND NOT EXISTS (SELECT FROM \(staging) s WHERE \(table.sameKey("l", "s")))
        """
    }

    var update: String {
        let changes = table.columns.map(\.name).filter { !table.key.contains($0) }.map { "\($0) = s.\($0)" }
        return """
            UPDATE \(table.name) l SET \(changes.joined(separator: ", ")), file_id = $1
            FROM \(staging) s WHERE \(table.sameKey("l", "s")) AND l.row_hash <> s.row_hash
            """
    }

    var insertAll: String {
        """
        INSERT INTO \(table.name) (\(table.columnList), file_id)
        SELECT \(table.columns.map { "s.\($0.name)" }.joined(separator: ", ")), $1 FROM \(staging) s
        """
    }

    var insertMissing: String {
        insertAll + " WHERE NOT EXISTS (SELECT FROM \(table.name) l WHERE \(table.sameKey("l", "s")))"
    }
}
