import Foundation
import JobQueue
import PostgresClient
import Workers

/// Owners and companies whose answer is known.
enum MatchingFixture {
    /// Names without a pattern, so that chance agreement is rare.
    static let names = [
        "Amber", "Birch", "Cobalt", "Dunes", "Ember", "Falcon", "Glade", "Harbor", "Indigo", "Juniper", "Kestrel",
        "Lagoon", "Mosaic", "Nimbus", "Orchard", "Pelican", "Quartz", "Ridge", "Sable", "Tundra", "Umber", "Violet",
        "Willow", "Xenon", "Yarrow", "Zephyr",
    ]
    static let trades = ["Roofing", "Holdings", "Marine", "Bakery", "Dental", "Logistics", "Realty", "Plumbing"]
    static let streets = ["Oak", "Pine", "Sunset", "Flagler", "Biscayne", "Gulf", "Seminole", "Orchid"]

    /// A company's name without legal form.
    static func name(_ number: Int) -> String {
        "\(names[number % 26]) \(names[number * 7 / 26 % 26]) \(trades[number % 8])"
    }

    /// Its address.
    static func address(_ number: Int) -> String { "\(100 + number * 37 % 9_000) \(streets[number % 8]) Street" }

    /// CSV files of owners and companies: owner `n` is company `n`, of the first `shared`.
    static func write(to folder: String, count: Int, shared: Int) throws -> (owners: String, companies: String) {
        var owners = "id,name,address,city,zip\n"
        var companies = "id,name,address,city,zip\n"
        for number in 0..<count {
            owners +=
                "o\(number),\(name(number).uppercased()) LLC,\(address(number).uppercased()),MIAMI,331\(10 + number % 80)\n"
            let other = number < shared ? number : number + 5_000
            let street = address(other).replacing("Street", with: "St.")
            companies += "c\(number),\"\(name(other)), L.L.C.\",\(street),Miami,331\(10 + other % 80)\n"
        }
        let paths = ("\(folder)/owners.csv", "\(folder)/companies.csv")
        try Data(owners.utf8).write(to: URL(filePath: paths.0))
        try Data(companies.utf8).write(to: URL(filePath: paths.1))
        return paths
    }

    /// Gives every company a tax number: only what also has the same one is merged without a person.
    static func giveTaxNumbers(_ client: PostgresClient) async throws {
        try await client.execute(
            "UPDATE sunbiz_entities SET fei = (650000000 + substr(doc_number, 2)::integer * 7919)::text"
        )
    }

    /// The tables of companies as the reference's section 10 has them, where no migration has made them, with companies
    /// and the property that they own.
    static func fill(_ client: PostgresClient, count: Int) async throws {
        try await client.withConnection { connection in
            try await connection.execute(
                script: """
                    CREATE TABLE IF NOT EXISTS sunbiz_entities (
                        doc_number text PRIMARY KEY, name text NOT NULL, name_norm text NOT NULL, status text,
                        filing_type text, princ_addr1 text, princ_city text, princ_state text, princ_zip text, fei text, file_date date,
                        row_hash bigint NOT NULL, as_of date NOT NULL, is_sample boolean NOT NULL
                    );
                    INSERT INTO source_files (dataset, co_no, roll, year, submission, file_name, sha256, bytes, rows,
                        invalid_rows, status)
                    VALUES ('NAP', 16, 'P', 2025, 1, 'NAP16P202501.csv', 'x', 1, 1, 0, 'loaded');
                    """
            )
            for number in 0..<count {
                try await connection.execute(
                    """
                    INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, filing_type, princ_addr1,
                        princ_city, princ_zip, row_hash, as_of, is_sample)
                    VALUES ($1, $2, $2, 'A', 'FLAL', $3, 'Miami', $4, 0, DATE '2025-01-01', true)
                    """,
                    [
                        .text("L\(number)"), .text("\(name(number)), L.L.C."), .text(address(number)),
                        .text("331\(10 + number % 80)"),
                    ]
                )
                try await connection.execute(
                    """
                    INSERT INTO tangible (co_no, asmnt_yr, roll, acct_id, own_nam, own_addr, own_city, own_zipcd, row_hash,
                        file_id)
                    SELECT 16, 2025, 'P', $1, $2, $3, 'MIAMI', $4, 0, max(id) FROM source_files
                    """,
                    [
                        .text("A\(number)"), .text("\(name(number).uppercased()) LLC"),
                        .text(address(number).uppercased()),
                        .text("331\(10 + number % 80)"),
                    ]
                )
            }
        }
    }
}
