import JobQueue
import PostgresClient
import PropertyData

/// A parcel with its fields under their names in the NAL, all as text.
struct KnownParcel: Sendable {
    var county: Int
    var year: Int
    var id: String
    var fields: [String: String]

    /// The code that the property appraiser gave it; nil where that is none of the Department's.
    var code: String? { fields["DOR_UC"].flatMap { UseCode.find($0)?.code } }
}

/// Reads parcels of each county's newest roll.
struct ParcelSource {
    let client: PostgresClient

    /// The row as JSON without the columns that no file has, and the fields of `raw` beside it.
    private static let selection = """
        SELECT t.co_no, t.asmnt_yr, t.parcel_id, coalesce(t.raw, '{}') ||
            (to_jsonb(t) - '{raw,exemptions,row_hash,file_id,roll}'::text[]) AS fields,
            coalesce(t.exemptions, '{}') AS exemptions
        FROM parcels t JOIN (SELECT DISTINCT ON (co_no) co_no, year, roll FROM source_files
            WHERE dataset = 'NAL' AND status = 'loaded'
            ORDER BY co_no, year DESC, (roll = 'F') DESC, loaded_at DESC) n
            ON n.co_no = t.co_no AND n.year = t.asmnt_yr AND n.roll = t.roll
        """

    /// A sample of the parcels that have a valid code, the same one each time.
    func coded(limit: Int) async throws -> [KnownParcel] {
        try await read(
            """
            \(Self.selection) WHERE t.dor_uc IN (SELECT code FROM use_codes)
            ORDER BY hashtext(t.parcel_id), t.co_no, t.parcel_id LIMIT $1
            """,
            [.int(limit)]
        )
    }

    /// Parcels without a valid code, in their order; of one county only where one is given.
    func uncoded(in county: County?, limit: Int) async throws -> [KnownParcel] {
        try await read(
            """
            \(Self.selection) WHERE (t.dor_uc IS NULL OR t.dor_uc NOT IN (SELECT code FROM use_codes))
                AND ($2::bigint IS NULL OR t.co_no = $2)
            ORDER BY t.co_no, t.parcel_id LIMIT $1
            """,
            [.int(limit), PostgresValue(county?.number)]
        )
    }

    /// Parcels by county and number; those that are not there are left out.
    func find(_ keys: [(county: Int, id: String)]) async throws -> [KnownParcel] {
        guard !keys.isEmpty else { return [] }
        return try await read(
            """
            \(Self.selection)
            JOIN unnest($1, $2) AS k (co_no, parcel_id) ON k.co_no = t.co_no AND k.parcel_id = t.parcel_id
            """,
            [.intArray(keys.map(\.county)), .textArray(keys.map(\.id))]
        )
    }

    /// The code that the newest sale of each parcel names, and how often such a code is the roll's own.
    func saleCodes(_ parcels: [KnownParcel]) async throws -> (codes: [String: String], agreed: Int, compared: Int) {
        let rows = try await client.query(
            """
            SELECT DISTINCT ON (s.co_no, s.parcel_id) s.co_no, s.parcel_id, s.dor_uc
            FROM sales s JOIN unnest($1, $2) AS k (co_no, parcel_id)
                ON k.co_no = s.co_no AND k.parcel_id = s.parcel_id
            WHERE s.dor_uc IN (SELECT code FROM use_codes)
            ORDER BY s.co_no, s.parcel_id, s.asmnt_yr DESC, s.sale_yr DESC, s.sale_mo DESC
            """,
            [.intArray(parcels.map(\.county)), .textArray(parcels.map(\.id))]
        )
        var codes: [String: String] = [:]
        for row in rows {
            let county: Int = try row.decode("co_no")
            codes["\(county) \(try row.decode("parcel_id", as: String.self))"] = try row.decode(
                "dor_uc",
                as: String.self
            )
        }
        let counts = try await client.query(
            """
            SELECT count(*) AS compared, count(*) FILTER (WHERE p.dor_uc = s.dor_uc) AS agreed
            FROM (SELECT * FROM sales WHERE dor_uc IN (SELECT code FROM use_codes) LIMIT 20000) s
            JOIN parcels p ON p.co_no = s.co_no AND p.asmnt_yr = s.asmnt_yr AND p.roll = s.roll
                AND p.parcel_id = s.parcel_id
            WHERE p.dor_uc IN (SELECT code FROM use_codes)
            """
        )
        return (codes, try counts.first?.decode("agreed") ?? 0, try counts.first?.decode("compared") ?? 0)
    }

    private func read(_ sql: String, _ parameters: [PostgresValue]) async throws -> [KnownParcel] {
        try await client.query(sql, parameters).map { row in
            var fields: [String: String] = [:]
            for (column, prefix) in [("fields", ""), ("exemptions", "EXMPT_")] {
                guard case .object(let members) = try JSONValue(parsing: try row.decode(column, as: String.self)) else {
                    continue
                }
                for (name, value) in members {
                    guard let text = value.string ?? value.int.map({ String($0) }) ?? value.double.map({ String($0) })
                    else { continue }
                    fields[prefix + name.uppercased()] = text
                }
            }
            return KnownParcel(
                county: try row.decode("co_no"),
                year: try row.decode("asmnt_yr"),
                id: try row.decode("parcel_id"),
                fields: fields
            )
        }
    }
}
