import PostgresClient

/// A load of a roll, as table `source_files` has it.
struct RollLoad: Sendable {
    /// The live tables.
    enum Table: String, Sendable {
        case parcels, sales, tangible

        /// The columns of the key beside county, year and roll.
        var key: [String] {
            switch self {
            case .parcels: ["parcel_id"]
            case .sales: ["parcel_id", "sale_id_cd"]
            case .tangible: ["acct_id"]
            }
        }
    }

    let table: Table
    let county: Int
    let year: Int
    let roll: String
    let fileName: String
    let sha256: String
    let rows: Int
    /// Whether no later file of the roll was loaded.
    let isNewest: Bool

    /// Reads a load; nil where there is none of that id.
    init?(id: Int, _ postgres: PostgresClient) async throws {
        let rows = try await postgres.query(
            """
            SELECT f.dataset, f.co_no, f.roll, f.year, f.file_name, f.sha256, f.rows,
                NOT EXISTS (SELECT FROM source_files l WHERE l.dataset = f.dataset AND l.co_no = f.co_no
                    AND l.roll = f.roll AND l.year = f.year AND l.status = 'loaded' AND l.id <> f.id
                    AND l.loaded_at > f.loaded_at) AS is_newest
            FROM source_files f WHERE f.id = $1
            """,
            [.int(id)]
        )
        guard let row = rows.first else { return nil }
        switch try row.decode("dataset", as: String.self) {
        case "NAL": table = .parcels
        case "SDF": table = .sales
        case "NAP": table = .tangible
        default: return nil
        }
        county = try row.decode("co_no")
        year = try row.decode("year")
        roll = try row.decode("roll")
        fileName = try row.decode("file_name")
        sha256 = try row.decode("sha256")
        self.rows = try row.decode("rows")
        isNewest = try row.decode("is_newest")
    }

    /// The rows of the roll in the live table.
    func liveRows(_ postgres: PostgresClient) async throws -> Int {
        let sql =
            switch table {
            case .parcels: "SELECT count(*) FROM parcels WHERE co_no = $1 AND asmnt_yr = $2 AND roll = $3"
            case .sales: "SELECT count(*) FROM sales WHERE co_no = $1 AND asmnt_yr = $2 AND roll = $3"
            case .tangible: "SELECT count(*) FROM tangible WHERE co_no = $1 AND asmnt_yr = $2 AND roll = $3"
            }
        return try await postgres.query(sql, [.int(county), .int(year), .text(roll)]).first?.decode(0) ?? 0
    }

    /// The rows of the live table under a key, each as JSON text.
    func live(_ key: [String], _ postgres: PostgresClient) async throws -> String? {
        let place: [PostgresValue] = [.int(county), .int(year), .text(roll)]
        let condition = "co_no = $1 AND asmnt_yr = $2 AND roll = $3"
        let sql =
            switch table {
            case .parcels: "SELECT to_jsonb(t)::text FROM parcels t WHERE \(condition) AND parcel_id = $4"
            case .sales:
                "SELECT to_jsonb(t)::text FROM sales t WHERE \(condition) AND parcel_id = $4 AND sale_id_cd = $5"
            case .tangible: "SELECT to_jsonb(t)::text FROM tangible t WHERE \(condition) AND acct_id = $4"
            }
        return try await postgres.query(sql, place + key.map(PostgresValue.text)).first?.decode(0)
    }

    /// Whether one of these lines of the file was kept out, as table `rejected_rows` says.
    func isRejected(_ lines: ClosedRange<Int>, _ postgres: PostgresClient) async throws -> Bool {
        let rows = try await postgres.query(
            """
            SELECT count(*) FROM rejected_rows r JOIN staged_files s USING (run_key)
            WHERE s.sha256 = $1 AND r.line BETWEEN $2 AND $3
            """,
            [.text(sha256), .int(lines.lowerBound), .int(lines.upperBound)]
        )
        return try (rows.first?.decode(0, as: Int.self) ?? 0) > 0
    }
}
