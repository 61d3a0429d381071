import Foundation
import PostgresClient

/// What the database remembers of files: those taken, and every load.
struct SunBizRecords {
    let connection: PostgresConnection

    /// Lets one load run at a time, until the transaction's end.
    func lock() async throws {
        try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sunbiz load', 0))")
    }

    /// The report of a file that the run has loaded.
    func report(of runKey: String, _ name: String) async throws -> SunBizLoadReport? {
        let found = try await connection.query(
            "SELECT report FROM sunbiz_loads WHERE run_key = $1 AND name = $2 AND status = 'loaded'",
            [.text(runKey), .text(name)]
        )
        guard let text = try found.first?.decode("report", as: String?.self) else { return nil }
        return try JSONDecoder().decode(SunBizLoadReport.self, from: Data(text.utf8))
    }

    /// Keeps synthetic and real rows apart.
    func separate(isSample: Bool, file: String) async throws {
        let others = try await connection.query(
            "SELECT EXISTS (SELECT FROM sunbiz_files WHERE is_sample <> $1) AS there",
            [.bool(isSample)]
        )
        guard try others.first?.decode("there", as: Bool.self) == true else { return }
        guard !isSample else {
            throw PropertyDataError(
                .sampleOverReal,
                file: file,
                "the tables hold the Division's real records: synthetic ones must not be mixed with them"
            )
        }
        for table in ["sunbiz_entities", "sunbiz_events", "sunbiz_fictitious_names", "sunbiz_files"] {
            try await connection.execute("DELETE FROM \(table) WHERE is_sample")
        }
    }

    /// Records a file as taken, and its load.
    func remember(_ report: SunBizLoadReport, _ load: SunBizLoad) async throws {
        let types: PostgresValue = load.filingTypes.isEmpty ? .null : .textArray(load.filingTypes.sorted())
        try await connection.execute(
            """
            INSERT INTO sunbiz_files (name, sha256, bytes, version, kind, issued_on, filing_types, records, malformed,
                is_sample)
            VALUES ($1, $2, $3, $4, $5, $6::text::date, $7::text[], $8, $9, $10)
            ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, bytes = excluded.bytes,
                version = excluded.version, issued_on = excluded.issued_on, filing_types = excluded.filing_types,
                records = excluded.records, malformed = excluded.malformed, is_sample = excluded.is_sample,
                processed_at = now()
            """,
            [
                .text(report.name), .text(report.sha256), .int(report.bytes), PostgresValue(load.version),
                .text(report.kind.rawValue), .text(report.issuedOn.description), types, .int(report.records),
                .int(report.malformed), .bool(load.isSample),
            ]
        )
        let text = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        try await connection.execute(
            """
            INSERT INTO sunbiz_loads (run_key, name, source, sha256, bytes, status, report, is_sample)
            VALUES ($1, $2, $3, $4, $5, 'loaded', $6, $7)
            """,
            [
                .text(load.runKey), .text(report.name), .text(load.source), .text(report.sha256), .int(report.bytes),
                .json(text), .bool(load.isSample),
            ]
        )
    }
}
