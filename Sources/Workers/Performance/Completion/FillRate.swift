import JobQueue
import PostgresClient
import PropertyData

/// How many rows of a table have a value in a column.
struct FillRate: Encodable, Sendable {
    var table: String
    var column: String
    var rows: Int
    var filled: Int
    var rate: Double

    static let schema = JSONSchema.object([
        .required("table", .string()),
        .required("column", .string()),
        .required("rows", .integer(minimum: 0)),
        .required("filled", .integer(minimum: 0)),
        .required("rate", .number(minimum: 0, maximum: 1)),
    ])

    /// The columns that users ask for, by dataset.
    static let columns: [Dataset: (table: String, names: [String])] = [
        .nal: (
            "parcels",
            [
                "dor_uc", "jv", "own_name", "own_addr1", "phy_addr1", "phy_city", "act_yr_blt", "tot_lvg_area",
                "nbrhd_cd",
            ]
        ),
        .sdf: ("sales", ["sale_prc", "qual_cd", "vi_cd", "dor_uc", "clerk_no", "nbrhd_cd"]),
        .nap: ("tangible", ["naics_cd", "jv_total", "tax_val", "own_nam", "phy_addr", "phy_city"]),
    ]

    /// Counts the live rows of rolls.
    static func measure(_ rolls: [RollIdentity], _ client: PostgresClient) async throws -> [FillRate] {
        var rates: [FillRate] = []
        for dataset in Dataset.allCases {
            let own = rolls.filter { $0.dataset == dataset }
            guard let (table, names) = columns[dataset], !own.isEmpty else { continue }
            try Task.checkCancellation()
            // Names of tables and columns are those above.
            let counts = names.map { "count(\($0))" }.joined(separator: ", ")
            let rows = try await client.query(
                """
                SELECT count(*), \(counts) FROM \(table) t
                JOIN unnest($1, $2, $3) AS r (co_no, year, roll)
                    ON t.co_no = r.co_no AND t.asmnt_yr = r.year AND t.roll = r.roll
                """,
                [
                    .intArray(own.map(\.county.number)), .intArray(own.map(\.year)),
                    .textArray(own.map(\.roll.rawValue)),
                ]
            )
            guard let row = rows.first else { continue }
            let total: Int = try row.decode(0)
            for (index, name) in names.enumerated() {
                let filled: Int = try row.decode(index + 1)
                let rate = total == 0 ? 0 : Double(filled) / Double(total)
                rates.append(FillRate(table: table, column: name, rows: total, filled: filled, rate: rate))
            }
        }
        return rates
    }
}
