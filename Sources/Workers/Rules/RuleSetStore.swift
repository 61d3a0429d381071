import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Rule sets in table `rules`, by name and version; a version never changes.
struct RuleSetStore {
    private static let kind = "rule_set"
    let client: PostgresClient

    /// Stores a set as its name's next version, and returns that; what the newest version says already keeps it.
    ///
    /// - Throws: a ``JobFailure`` that names the member of a set that is none.
    func save(_ set: RuleSet, by author: String) async throws -> Int {
        if let defect = set.defect {
            throw JobFailure("invalid_rule", defect.message, field: defect.path)
        }
        let body = try Self.text(set)
        return try await client.withTransaction { connection in
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                [.text("rules \(set.name)")]
            )
            let newest = try await connection.query(
                "SELECT version, body = $2 AS is_same FROM rules WHERE rule_id = $1 AND kind = $3 ORDER BY version DESC LIMIT 1",
                [.text(set.name), .json(body), .text(Self.kind)]
            )
            let last: Int = try newest.first?.decode("version") ?? 0
            if try newest.first?.decode("is_same", as: Bool.self) == true { return last }
            try await connection.execute("UPDATE rules SET active = false WHERE rule_id = $1", [.text(set.name)])
            try await connection.execute(
                """
                INSERT INTO rules (rule_id, version, kind, body, created_by)
                SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4 FROM rules WHERE rule_id = $1
                """,
                [.text(set.name), .text(Self.kind), .json(body), .text(author)]
            )
            return last + 1
        }
    }

    /// Reads a set in a version, or its newest active one.
    ///
    /// - Throws: a ``JobFailure`` `unknown_rules` where there is none.
    func load(_ name: String, version: Int?) async throws -> (set: RuleSet, version: Int) {
        let found = try await client.query(
            """
            SELECT version, body FROM rules WHERE rule_id = $1 AND kind = $2 AND (version = $3 OR ($3 IS NULL AND active))
            ORDER BY version DESC LIMIT 1
            """,
            [.text(name), .text(Self.kind), version.map(PostgresValue.int) ?? PostgresValue(Int?.none)]
        )
        guard let row = found.first else {
            throw JobFailure(
                "unknown_rules",
                version.map { "the rule set has no version \($0)" } ?? "there is no such rule set",
                field: "rules"
            )
        }
        let body = Data(try row.decode("body", as: String.self).utf8)
        do {
            return (try JSONCoding.decode(RuleSet.self, from: body), try row.decode("version"))
        } catch is DecodingError {
            throw JobFailure("unknown_rules", "the stored rule set cannot be read", field: "rules")
        }
    }

    private static func text(_ set: RuleSet) throws -> String {
        String(decoding: try JSONCoding.encode(set), as: UTF8.self)
    }
}

/// A rule set as a job names it.
struct RuleSetName: Decodable, Sendable {
    /// The set's name.
    var name: String
    /// Its version; the newest active one where none is given.
    var version: Int?
}
