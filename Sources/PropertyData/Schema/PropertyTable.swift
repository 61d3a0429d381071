/// A live table, and how a row of a file becomes one of it.
struct PropertyTable: Sendable {
    /// Where a column's value comes from.
    enum Source: Sendable, Equatable {
        /// A field, as text.
        case text(String)
        /// A field, as a number; what is none becomes null.
        case number(String)
        /// P or F, of the file's name.
        case roll
        /// The exemptions as a JSON object of code and dollars.
        case exemptions
        /// Every field that has no column of its own and a value, as a JSON object.
        case rest
        /// The hash of the row, by which a changed row is known.
        case hash

        /// The one field that the value comes from, nil where it comes from several or none.
        var field: String? {
            switch self {
            case .text(let name), .number(let name): name
            case .roll, .exemptions, .rest, .hash: nil
            }
        }
    }

    /// A column.
    struct Column: Sendable {
        let name: String
        let type: String
        let source: Source
    }

    /// The table's name.
    let name: String
    /// The columns in their order, apart from `file_id`.
    let columns: [Column]
    /// The names of the key's columns.
    let key: [String]

    /// The table of a dataset.
    static func of(_ dataset: Dataset) -> PropertyTable {
        switch dataset {
        case .sdf: sales
        case .nap: tangible
        case .nal: parcels
        }
    }

    /// The names of the columns, apart from `file_id`, for a column list.
    var columnList: String { columns.map(\.name).joined(separator: ", ") }

    /// A condition that two tables' keys are equal.
    func sameKey(_ left: String, _ right: String) -> String {
        key.map { "\(left).\($0) = \(right).\($0)" }.joined(separator: " AND ")
    }

    /// The columns as a table definition has them.
    var definitions: String { columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ") }

    private init(_ name: String, key: String, _ columns: [Column]) {
        self.name = name
        self.key = ["co_no", "asmnt_yr", "roll"] + key.split(separator: " ").map(String.init)
        let shared = [
            Column(name: "co_no", type: "smallint", source: .number("CO_NO")),
            Column(name: "asmnt_yr", type: "smallint", source: .number("ASMNT_YR")),
            Column(name: "roll", type: "text", source: .roll),
        ]
        self.columns = shared + columns + [Column(name: "row_hash", type: "bigint", source: .hash)]
    }

    private static func texts(_ names: String) -> [Column] {
        names.split(separator: " ").map { Column(name: $0.lowercased(), type: "text", source: .text(String($0))) }
    }

    private static func numbers(_ names: String, _ type: String = "bigint") -> [Column] {
        names.split(separator: " ").map { Column(name: $0.lowercased(), type: type, source: .number(String($0))) }
    }

    private static func json(_ name: String, _ source: Source) -> [Column] {
        [Column(name: name, type: "jsonb", source: source)]
    }

    private static let sales = PropertyTable(
        "sales",
        key: "parcel_id sale_id_cd",
        texts("PARCEL_ID SALE_ID_CD") + numbers("SALE_YR SALE_MO", "smallint") + numbers("SALE_PRC")
            + texts(
                "QUAL_CD VI_CD SAL_CHG_CD MULTI_PAR_SAL OR_BOOK OR_PAGE CLERK_NO DOR_UC ATV_STRT GRP_NO NBRHD_CD MKT_AR"
            )
            + texts("CENSUS_BK MP_ID STATE_PARCEL_ID")
    )

    private static let tangible = PropertyTable(
        "tangible",
        key: "acct_id",
        texts("ACCT_ID NAICS_CD TAX_AUTH_CD") + numbers("JV_F_F_E JV_LESE_IMP JV_TOTAL AV_TOTAL EXMPT_VAL TAX_VAL")
            + numbers("PEN_RATE", "smallint")
            + texts("OWN_NAM OWN_ADDR OWN_CITY OWN_STATE OWN_ZIPCD OWN_STATE_DOM PHY_ADDR PHY_CITY PHY_ZIPCD ALT_KEY")
            + json("exemptions", .exemptions) + json("raw", .rest)
    )

    private static let parcels = PropertyTable(
        "parcels",
        key: "parcel_id",
        texts("PARCEL_ID STATE_PAR_ID MP_ID DOR_UC PA_UC") + numbers("JV AV_SD AV_NSD TV_SD TV_NSD LND_VAL LND_SQFOOT")
            + numbers("ACT_YR_BLT EFF_YR_BLT", "integer") + numbers("TOT_LVG_AREA NO_BULDNG NO_RES_UNTS")
            + texts("OWN_NAME OWN_ADDR1 OWN_ADDR2 OWN_CITY OWN_STATE OWN_ZIPCD OWN_STATE_DOM")
            + texts(
                "PHY_ADDR1 PHY_ADDR2 PHY_CITY PHY_ZIPCD S_LEGAL TWN RNG SEC CENSUS_BK NBRHD_CD MKT_AR TAX_AUTH_CD ALT_KEY"
            )
            + json("exemptions", .exemptions) + json("raw", .rest)
    )
}
