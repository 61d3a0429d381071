import JobQueue
import PostgresClient
import PropertyData

/// What can be asked about a subject: its fields, and where they are.
struct QuestionCatalog: Sendable {
    /// What values a field has.
    enum Kind: String, Sendable {
        case text, number, county, truth

        func accepts(_ comparison: QuestionPlan.Comparison) -> Bool {
            switch (self, comparison) {
            case (_, .equals), (.text, .hasWords), (.text, .startsWith): true
            case (.number, .atLeast), (.number, .atMost): true
            default: false
            }
        }
    }

    /// A field, and the SQL of its value: constants of ours.
    struct Field: Sendable {
        let name: String
        let sql: String
        let kind: Kind

        /// A condition's value as a parameter; nil where it does not fit.
        func parameter(_ value: JSONValue) -> PostgresValue? {
            switch kind {
            case .number: value.double.map { number in Int(exactly: number).map { .int($0) } ?? .double(number) }
            case .text: value.string.map { .text($0) } ?? value.int.map { .text(String($0)) }
            case .truth: if case .bool(let truth) = value { .bool(truth) } else { nil }
            case .county:
                (value.string ?? value.int.map(String.init)).flatMap { try? County(parsing: $0) }.map {
                    .int($0.number)
                }
            }
        }
    }

    let subject: QuestionPlan.Subject
    let fields: [Field]
    /// The table with its joins.
    let source: String
    /// What makes a row findable again.
    let citation: String
    /// The fields that a list shows.
    let shown: [String]
    /// What rows are told apart by where several say the same; empty for none.
    var distinct = ""
    /// The dataset whose loads are the sources; nil for none.
    var dataset: Dataset?
    /// The table without which nothing can be answered.
    var table: String

    func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    static func of(_ subject: QuestionPlan.Subject) -> QuestionCatalog {
        switch subject {
        case .property: property
        case .sale: sale
        case .company: company
        case .status: status
        case .operation: operation
        }
    }

    private static func text(_ name: String, _ sql: String) -> Field { Field(name: name, sql: sql, kind: .text) }
    private static func number(_ name: String, _ sql: String) -> Field { Field(name: name, sql: sql, kind: .number) }

    /// Only the newest roll of each county: its parcels are in the older ones too.
    private static func newest(_ dataset: Dataset) -> String {
        """
        JOIN (SELECT DISTINCT ON (co_no) co_no, year, roll FROM source_files
              WHERE dataset = '\(dataset.rawValue)' AND status = 'loaded'
              ORDER BY co_no, year DESC, (roll = 'F') DESC, loaded_at DESC) n
            ON n.co_no = t.co_no AND n.year = t.asmnt_yr AND n.roll = t.roll
        """
    }

    private static let property = QuestionCatalog(
        subject: .property,
        fields: [
            Field(name: "county", sql: "t.co_no", kind: .county), text("parcel_id", "t.parcel_id"),
            text("owner", "t.own_name"), text("address", "t.phy_addr1"), text("city", "t.phy_city"),
            text("zip", "t.phy_zipcd"), text("use_code", "t.dor_uc"), text("use_category", "u.category"),
            Field(name: "is_vacant", sql: "u.is_vacant", kind: .truth), number("just_value", "t.jv"),
            number("assessed_value", "t.av_nsd"), number("taxable_value", "t.tv_nsd"),
            number("land_value", "t.lnd_val"),
            number("land_square_feet", "t.lnd_sqfoot"), number("living_area", "t.tot_lvg_area"),
            number("year_built", "t.act_yr_blt"), number("units", "t.no_res_unts"), text("neighborhood", "t.nbrhd_cd"),
        ],
        source: "parcels t \(newest(.nal)) LEFT JOIN use_codes u ON u.code = t.dor_uc",
        citation: "'parcels ' || t.co_no || ' ' || t.asmnt_yr || t.roll || ' ' || t.parcel_id",
        shown: [
            "county", "parcel_id", "owner", "address", "city", "use_code", "just_value", "year_built", "living_area",
        ],
        dataset: .nal,
        table: "parcels"
    )

    /// The full price stands on every parcel of a deed: deeds are counted, not parcels.
    private static let sale = QuestionCatalog(
        subject: .sale,
        fields: [
            Field(name: "county", sql: "t.co_no", kind: .county), text("parcel_id", "t.parcel_id"),
            number("price", "t.sale_prc"), number("year", "t.sale_yr"), number("month", "t.sale_mo"),
            text("qualification", "t.qual_cd"),
            Field(name: "is_qualified", sql: "(t.qual_cd IN ('01', '02'))", kind: .truth),
            text("use_code", "t.dor_uc"), text("use_category", "u.category"), text("deed", "t.clerk_no"),
            text("neighborhood", "t.nbrhd_cd"),
        ],
        source: "sales t \(newest(.sdf)) LEFT JOIN use_codes u ON u.code = t.dor_uc",
        citation: "'sales ' || t.co_no || ' ' || t.asmnt_yr || t.roll || ' ' || t.parcel_id || ' ' || t.sale_id_cd",
        shown: ["county", "parcel_id", "price", "year", "month", "qualification", "use_code"],
        distinct: "t.co_no, coalesce(t.clerk_no, t.or_book || '/' || t.or_page, t.sale_id_cd)",
        dataset: .sdf,
        table: "sales"
    )

    private static let company = QuestionCatalog(
        subject: .company,
        fields: [
            text("name", "t.name"), text("document_number", "t.doc_number"), text("company_status", "t.status"),
            text("filing_type", "t.filing_type"), text("city", "t.princ_city"), text("address", "t.princ_addr1"),
            text("registered_agent", "t.ra_name"), number("year_filed", "extract(year FROM t.file_date)::integer"),
            text("merged_into", "m.survivor_key"),
        ],
        source: """
            sunbiz_entities t
            LEFT JOIN entity_survivors m ON m.kind = 'sunbiz_entities' AND m.merged_key = t.doc_number
            """,
        citation: "'sunbiz_entities ' || t.doc_number",
        shown: [
            "name", "document_number", "company_status", "filing_type", "city", "registered_agent", "year_filed",
            "merged_into",
        ],
        table: "sunbiz_entities"
    )

    private static let status = QuestionCatalog(
        subject: .status,
        fields: [
            Field(name: "county", sql: "t.co_no", kind: .county), text("dataset", "t.dataset"),
            number("year", "t.year"), text("roll", "t.roll"), number("rows", "t.rows"),
            text("loaded_at", "to_char(t.loaded_at, 'YYYY-MM-DD HH24:MI')"),
            Field(name: "is_sample", sql: "t.is_sample", kind: .truth),
        ],
        source: "source_files t",
        citation: "'source_files ' || t.id",
        shown: ["county", "dataset", "year", "roll", "rows", "loaded_at", "is_sample"],
        table: "source_files"
    )

    /// Operations are in the queue, not in a table: their fields are those of a condition and of what is shown.
    private static let operation = QuestionCatalog(
        subject: .operation,
        fields: [text("operation_id", ""), text("state", ""), text("type", "")],
        source: "",
        citation: "",
        shown: ["operation_id", "state", "type"],
        table: ""
    )
}
