import RecordLinkage

/// A table whose columns are known, and how its records are read for matching.
struct EntityTable: Sendable {
    /// The name under which jobs ask for it.
    let name: String
    /// Tables that must be there.
    let requires: [String]
    /// The kinds of the columns that `sql` answers after the key.
    let columns: [(name: String, kind: ColumnKind)]
    /// The statement; `{county}` stands for a condition on `co_no`.
    private let sql: String

    /// The statement for all counties or one.
    func select(county: Int?) -> String {
        sql.replacing("{county}", with: county.map { "co_no = \($0)" } ?? "true")
    }

    /// The known tables.
    static let all: [EntityTable] = [owners, entities, officers, tangible, parcels]

    /// The tables in which each record is a legal entity of its own, by its number.
    static let registers: Set<String> = [entities.name]

    /// Names and addresses of owners, each once, whatever they own.
    ///
    /// The key is a hash of the four, so that it stays the same in every run.
    private static let owners = EntityTable(
        name: "property_owners",
        requires: ["parcels", "tangible"],
        columns: [("name", .companyName), ("address", .address), ("city", .city), ("zip", .zip)],
        sql: """
            SELECT \(ownerKey) AS key, name, address, city, zip
            FROM (\(ownedProperty)) AS owned WHERE name <> '' GROUP BY name, address, city, zip
            """
    )

    /// The key of an owner, from the columns of ``ownedProperty``.
    static let ownerKey = "md5(concat_ws('|', name, coalesce(address, ''), coalesce(city, ''), coalesce(zip, '')))"

    /// Every parcel and tangible account with its owner's name and address.
    static let ownedProperty = """
        SELECT co_no, parcel_id AS property, 'owner' AS role, own_name AS name, own_addr1 AS address, own_city AS city,
            left(own_zipcd, 5) AS zip FROM parcels WHERE {county}
        UNION ALL
        SELECT co_no, acct_id, 'tangible_owner', own_nam, own_addr, own_city, left(own_zipcd, 5) FROM tangible WHERE {county}
        """

    private static let entities = EntityTable(
        name: "sunbiz_entities",
        requires: ["sunbiz_entities"],
        columns: [
            ("name", .companyName), ("address", .address), ("city", .city), ("zip", .zip), ("fei", .identifier),
            // Not compared by: they tell how full a record is, and so which of two duplicates stays.
            ("filing_type", .ignored), ("file_date", .ignored),
        ],
        sql: """
            SELECT doc_number AS key, name, princ_addr1 AS address, princ_city AS city, left(princ_zip, 5) AS zip, fei,
                filing_type, file_date
            FROM sunbiz_entities
            """
    )

    private static let officers = EntityTable(
        name: "sunbiz_officers",
        requires: ["sunbiz_officers"],
        columns: [("name", .personName), ("address", .address), ("city", .city), ("zip", .zip)],
        sql: """
            SELECT doc_number || '/' || slot AS key, concat_ws(' ', first, middle, last) AS name, addr AS address, city,
                left(zip, 5) AS zip
            FROM sunbiz_officers WHERE coalesce(last, '') <> ''
            """
    )

    private static let tangible = EntityTable(
        name: "tangible",
        requires: ["tangible"],
        columns: [("name", .companyName), ("address", .address), ("city", .city), ("zip", .zip)],
        sql: """
            SELECT concat_ws('/', co_no, asmnt_yr, roll, acct_id) AS key, own_nam AS name, own_addr AS address,
                own_city AS city, left(own_zipcd, 5) AS zip
            FROM tangible WHERE {county}
            """
    )

    private static let parcels = EntityTable(
        name: "parcels",
        requires: ["parcels"],
        columns: [("name", .companyName), ("address", .address), ("city", .city), ("zip", .zip)],
        sql: """
            SELECT concat_ws('/', co_no, asmnt_yr, roll, parcel_id) AS key, own_name AS name, own_addr1 AS address,
                own_city AS city, left(own_zipcd, 5) AS zip
            FROM parcels WHERE {county}
            """
    )
}
