import Crypto
import Foundation
import PostgresClient

/// The staging table and the records of one run.
struct StagingRun: Sendable {
    let key: String
    let identity: RollIdentity
    /// A name made of the key's hash: nothing of a caller's text becomes an identifier.
    let tableName: String

    init(key: String, identity: RollIdentity) {
        self.key = key
        self.identity = identity
        let digest = SHA256.hash(data: Data(key.utf8)).prefix(12)
        tableName = "staging_" + digest.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
    }

    /// A name read back from the database, if it is one that `init` makes: it goes into statements as it is.
    static func checked(_ name: String) throws(PropertyDataError) -> String {
        guard name.wholeMatch(of: #/staging_[0-9a-f]{24}/#) != nil else {
            throw PropertyDataError(.notStaged, "staged_files holds a table name that no run makes")
        }
        return name
    }

    /// The COPY that fills the table.
    var copySQL: String {
        "COPY \(tableName) (\(PropertyTable.of(identity.dataset).columnList)) FROM STDIN (FORMAT binary)"
    }

    /// Makes an empty staging table; two runs with one key go one after the other.
    func begin(on connection: PostgresConnection) async throws {
        try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [.text("stage \(key)")])
        try await connection.execute("DELETE FROM staged_files WHERE run_key = $1", [.text(key)])
        let definitions = PropertyTable.of(identity.dataset).definitions
        try await connection.execute(
            script: "DROP TABLE IF EXISTS \(tableName); CREATE UNLOGGED TABLE \(tableName) (\(definitions))"
        )
    }

    /// Stores what is known of the file and what validation found.
    func record(_ report: StagingReport, _ origin: FileOrigin, on connection: PostgresConnection) async throws {
        let file = report.inspection
        try await connection.execute(
            """
            INSERT INTO staged_files (run_key, table_name, dataset, co_no, roll, year, submission, file_name, url, is_sample,
                sha256, bytes, rows, invalid_rows, is_partial)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            [
                .text(key), .text(tableName), .text(identity.dataset.rawValue), .int(identity.county.number),
                .text(identity.roll.rawValue), .int(identity.year), .int(file.name.submission), .text(file.file),
                PostgresValue(origin.url), .bool(origin.isSample), .text(file.sha256), .int(file.bytes),
                .int(report.staged), .int(report.validation.invalid), .bool(origin.isPartial),
            ]
        )
        let rules = report.validation.rules
        let samples = try rules.map { String(decoding: try JSONEncoder().encode($0.samples), as: UTF8.self) }
        try await connection.execute(
            """
            INSERT INTO validation_results (run_key, rule_id, severity, checked, failed, sample)
            SELECT $1, rule, severity, checked, failed, sample::jsonb
            FROM unnest($2, $3, $4, $5, $6) AS r (rule, severity, checked, failed, sample)
            """,
            [
                .text(key), .textArray(rules.map(\.rule.id)), .textArray(rules.map(\.rule.severity.rawValue)),
                .intArray(rules.map(\.checked)), .intArray(rules.map(\.failed)), .textArray(samples),
            ]
        )
    }
}
