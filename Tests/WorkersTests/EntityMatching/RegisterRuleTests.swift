import Foundation
import JobQueue
import PostgresClient
import TestSupport
import Testing
import Workers

@Suite("Companies of a register", .postgresServer, .timeLimit(.minutes(10)))
struct RegisterRuleTests {
    private struct Company {
        let name: String
        let address: String
        var taxNumber = ""
    }

    /// First words of which none is another one mistyped.
    private static let words = MatchingFixture.names.filter { $0 != "Ember" && $0 != "Umber" }

    /// Companies of which none is another, each with a name and an address of its own.
    private static func companies(_ count: Int) -> [Company] {
        (0..<count).map { number in
            let trade = MatchingFixture.trades[(number * 5 + number / 576) % 8]
            return Company(
                name: "\(words[number % 24]) \(words[number / 24 % 24]) \(trade), LLC",
                address: MatchingFixture.address(number),
                taxNumber: number.isMultiple(of: 40) ? String(591_000_000 + number * 7_919) : ""
            )
        }
    }

    /// Groups of two that share an address and the beginning of their names.
    private static func siblings(_ groups: Int) -> [Company] {
        (0..<groups).flatMap { group in
            let stem = "\(words[group % 24]) \(MatchingFixture.streets[(group + group / 24) % 8])"
            let ends = group.isMultiple(of: 2) ? ["Holdings", "Realty"] : ["1", "2"]
            return ends.map { Company(name: "\(stem) \($0) LLC", address: MatchingFixture.address(4_000 + group)) }
        }
    }

    private static func insert(_ companies: [Company], _ client: PostgresClient) async throws {
        try await MatchingFixture.fill(client, count: 0)
        try await client.execute(
            """
            INSERT INTO sunbiz_entities (doc_number, name, name_norm, status, filing_type, princ_addr1, princ_city,
                princ_zip, fei, row_hash, as_of, is_sample)
            SELECT 'L' || n, name, name, 'A', 'FLAL', address, 'Miami', '331' || 10 + n % 80, fei, 0, DATE '2025-01-01', true
            FROM unnest($1, $2, $3, $4::integer[]) AS c (name, address, fei, n)
            """,
            [
                .textArray(companies.map(\.name)), .textArray(companies.map(\.address)),
                .textArray(companies.map(\.taxNumber)),
                // Companies of one address have one postal code.
                .textArray(companies.indices.map { String($0) }),
            ]
        )
        try await client.execute(
            """
            UPDATE sunbiz_entities e SET princ_zip = f.zip
            FROM (SELECT princ_addr1, min(princ_zip) AS zip FROM sunbiz_entities GROUP BY princ_addr1) f
            WHERE f.princ_addr1 = e.princ_addr1
            """
        )
    }

    @Test("are merged where name and tax number are one, and not where an owner's companies are alike")
    func siblings() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            var companies = Self.companies(1_918) + Self.siblings(40)
            companies[4].taxNumber = "650123456"
            companies.append(
                Company(
                    name: companies[4].name.replacing("Falcon", with: "Falcno"),
                    address: companies[4].address,
                    taxNumber: "650123456"
                )
            )
            // One name twice, without tax numbers.
            companies.append(Company(name: companies[7].name, address: companies[7].address))
            try await Self.insert(companies, client)
            #expect(companies.count == 2_000)
            let outcome = try await workers.checked("entity_matching", "deduplicate", job: "op-3:E3")
            #expect(outcome.result["merged"] == 1, "\(outcome.result)")
            #expect((outcome.result["matching"]?["siblings"]?.int ?? 0) >= 20, "\(outcome.result)")
            #expect(outcome.result["matching"]?["in_review"] == 1, "\(outcome.result)")
            let merge =
                "SELECT count(*) FROM entity_merges WHERE ARRAY[survivor_key, merged_key] <@ ARRAY['L4', 'L1998']"
            #expect(try await client.number(merge) == 1)
            let review = "SELECT count(*) FROM entity_matches WHERE decided = 'review' AND left_key || right_key IN "
            #expect(try await client.number(review + "('L7L1999', 'L1999L7')") == 1)
        }
    }

    @Test(
        "of a day's real file are never merged, which have no tax numbers in common",
        .enabled("the register's file is not on this machine") { RealRegister.isHere }
    )
    func realFile() async throws {
        try await TestWorkers.runWithDatabase { workers, _ in
            let loaded = try await workers.checked(
                "sunbiz",
                "sync_entities",
                ["source": .string("file:\(RealRegister.folder)")],
                job: "op-4:E1"
            )
            #expect((loaded.result["records"]?.int ?? 0) > 1_000)
            let outcome = try await workers.checked("entity_matching", "deduplicate", job: "op-4:E3")
            let matching = outcome.result["matching"]
            // Counts only: the file names private persons.
            let counts = "siblings \(matching?["siblings"]?.int ?? -1), in review \(matching?["in_review"]?.int ?? -1)"
            #expect((outcome.result["merged"]?.int ?? 2) <= 1, "\(counts)")
            #expect((matching?["siblings"]?.int ?? 0) >= 15, "\(counts)")
            #expect((matching?["in_review"]?.int ?? 100) <= 3, "\(counts)")
        }
    }
}

/// A day's real file of the register, where this machine has one; it is no part of the project.
private enum RealRegister {
    static let folder = ProcessInfo.processInfo.environment["CONCORD_SUNBIZ_DATA"] ?? "/work/shared/data/sunbiz"

    static var isHere: Bool { FileManager.default.fileExists(atPath: folder) }
}
