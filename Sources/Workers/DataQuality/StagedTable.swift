import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Staged rows, checked as the database has them.
///
/// They are written out in the layout of their file, and read again by the very rules that read files, so that what
/// was lost or changed on the way into the database shows.
struct StagedTable {
    let run: StagedRun
    let client: PostgresClient

    /// Fields that belong to a submission, not to a row: the live tables do not keep them.
    ///
    /// They are filled with what breaks no rule, and the rules about them are named as skipped.
    private static let submissionFields: Set = ["FILE_T", "SEQ_NO", "RS_ID", "TS_ID"]

    /// Checks all rows.
    func check(
        _ level: ValidationLevel,
        rules: RuleSet?,
        in folder: String,
        _ progress: @escaping ProgressReport
    ) async throws -> QualityCheck {
        guard !run.isMerged else {
            throw JobFailure(
                "already_merged",
                "the rows staged under \(run.id) are in the live table: process the file again to check them",
                field: "staging"
            )
        }
        let identity = try RollIdentity(run)
        let name = TaxRollFileName(identity: identity, submission: run.submission)
        let path = "\(folder)/\(name.csv)"
        try await write(FileLayout.of(identity.dataset), to: path, progress)
        let report = try await TaxRollFile(path: path, expecting: identity)
            .validate(level: level, additional: rules, encoding: .utf8, progress: progress)
        return QualityCheck(
            report: report,
            absentFields: Self.submissionFields,
            staging: run.id,
            isSample: run.isSample,
            rowNumber: nil
        )
    }

    private func write(_ layout: FileLayout, to path: String, _ progress: @escaping ProgressReport) async throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw JobFailure("work_folder_unusable", "\(path) cannot be created", isRetryable: true) }
        defer { try? file.close() }
        var written = 0
        try await client.withConnection { connection in
            let columns = try await Self.columns(of: run.table, connection)
            let selection = layout.fields.map { "\(Self.expression($0, layout.dataset, columns)) AS \"\($0.name)\"" }
            let sql =
                "COPY (SELECT \(selection.joined(separator: ", ")) FROM \(run.table)) TO STDOUT (FORMAT csv, HEADER)"
            try await connection.copyOut(sql) { chunk in
                do {
                    try file.write(contentsOf: chunk)
                } catch {
                    throw JobFailure("work_folder_unusable", "\(path) cannot be written", isRetryable: true)
                }
                written += chunk.count
                try await progress(written, nil, "bytes")
            }
        }
    }

    /// The columns of a table with their types.
    static func columns(of table: String, _ connection: PostgresConnection) async throws -> [String: String] {
        let rows = try await connection.query(
            """
            SELECT attname::text AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
            WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
            """,
            [.text(table)]
        )
        return try rows.reduce(into: [:]) { columns, row in
            columns[try row.decode("name")] = try row.decode("type", as: String.self)
        }
    }

    /// The SQL for a field, from the layout's own names only.
    static func expression(_ field: FieldDefinition, _ dataset: Dataset, _ columns: [String: String]) -> String {
        let column = field.name.lowercased()
        if submissionFields.contains(field.name) { return filler(field) }
        if let type = columns[column] {
            // A code kept as a number has lost its leading zeros.
            guard field.kind == .code, type != "text" else { return column }
            return "lpad(\(column)::text, \(field.width.maximum), '0')"
        }
        switch field.name {
        case "EXMPT" where dataset == .nap:
            return "(SELECT string_agg(key || ';' || value, ';') FROM jsonb_each_text(exemptions))"
        case let name where name.hasPrefix("EXMPT_"):
            return "exemptions->>'\(name.dropFirst("EXMPT_".count))'"
        default:
            return columns["raw"] == nil ? "NULL" : "raw->>'\(column)'"
        }
    }

    private static func filler(_ field: FieldDefinition) -> String {
        if let first = field.domain?.values?.first { return "'\(first)'" }
        return field.kind.isNumber ? "row_number() OVER ()" : "'0'"
    }
}

extension RollIdentity {
    /// The roll of a staging run.
    fileprivate init(_ run: StagedRun) throws(JobFailure) {
        guard let dataset = Dataset(rawValue: run.dataset), let roll = Roll(rawValue: run.roll) else {
            throw JobFailure("not_staged", "the record of \(run.id) names no known dataset and roll", field: "staging")
        }
        do throws(PropertyDataError) {
            self.init(dataset: dataset, county: try County(number: run.countyNumber), roll: roll, year: run.year)
        } catch {
            throw JobFailure(error)
        }
    }
}
