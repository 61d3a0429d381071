import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// What the database remembers of the Division's files.
struct SunBizStore {
    /// A file that was taken.
    struct Taken: Sendable {
        let name: String
        let sha256: String
        let bytes: Int
        let version: String?
        /// The filing types that were loaded; nil for all.
        let filingTypes: Set<String>?

        /// Whether the file as it is offered now is the one that was taken, and everything asked for was loaded from it.
        func covers(_ file: OfferedFile, _ types: Set<String>) -> Bool {
            holds(types) && (file.bytes ?? bytes) == bytes
                && (file.version == nil || version == nil || file.version == version)
        }

        /// Whether the filing types asked for were loaded; the empty set asks for all.
        func holds(_ types: Set<String>) -> Bool {
            guard let filingTypes else { return true }
            return !types.isEmpty && types.isSubset(of: filingTypes)
        }
    }

    let client: PostgresClient

    /// The files taken from real sources, or from the sample.
    func taken(isSample: Bool) async throws -> [String: Taken] {
        let rows = try await client.query(
            """
            SELECT name, sha256, bytes, version, array_to_string(filing_types, ',') AS types FROM sunbiz_files
            WHERE is_sample = $1
            """,
            [.bool(isSample)]
        )
        return try rows.reduce(into: [:]) { files, row in
            let types = try row.decode("types", as: String?.self)
            let file = Taken(
                name: try row.decode("name"),
                sha256: try row.decode("sha256"),
                bytes: try row.decode("bytes"),
                version: try row.decode("version"),
                filingTypes: types.map { Set($0.split(separator: ",").map(String.init)) }
            )
            files[file.name] = file
        }
    }

    /// Notes that a file is offered in another version with the same content.
    func note(_ file: OfferedFile, bytes: Int) async throws {
        try await client.execute(
            "UPDATE sunbiz_files SET bytes = $2, version = $3 WHERE name = $1",
            [.text(file.name.text), .int(bytes), PostgresValue(file.version)]
        )
    }

    /// What a run has loaded so far, in the order of loading.
    func loads(of runKey: String) async throws -> [SunBizLoadReport] {
        let rows = try await client.query(
            "SELECT report FROM sunbiz_loads WHERE run_key = $1 AND status = 'loaded' ORDER BY id",
            [.text(runKey)]
        )
        return try rows.map { row in
            try JSONDecoder().decode(SunBizLoadReport.self, from: Data(row.decode("report", as: String.self).utf8))
        }
    }
}
