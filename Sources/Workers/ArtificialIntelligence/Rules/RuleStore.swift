import JobQueue
import PostgresClient

/// The rules of table `rules`: each change is a new version, and the newest active one counts.
struct RuleStore {
    let client: PostgresClient

    /// What storing a rule came to.
    struct Stored: Encodable, Sendable {
        var ruleID: String
        var version: Int
        /// Whether the very same rule was active before.
        var isUnchanged: Bool

        private enum CodingKeys: String, CodingKey {
            case version
            case ruleID = "rule_id"
            case isUnchanged = "is_unchanged"
        }
    }

    /// The active rules of a kind, by id.
    func active(_ kind: StoredRule.Kind) async throws -> [StoredRule] {
        let rows = try await client.query(
            "SELECT rule_id, version, body FROM rules WHERE active AND kind = $1 ORDER BY rule_id",
            [.text(kind.rawValue)]
        )
        return try rows.map { row in
            let id: String = try row.decode("rule_id")
            let body = try JSONValue(parsing: try row.decode("body", as: String.self))
            return StoredRule(id: id, version: try row.decode("version"), body: try .init(kind, body, at: id))
        }
    }

    /// Stores checked rules, all or none; one that is active as it stands gets no new version.
    func store(_ rules: [GivenRule], by author: String) async throws -> [Stored] {
        try await client.withTransaction { connection in
            var stored: [Stored] = []
            for rule in rules.sorted(by: { $0.ruleID < $1.ruleID }) {
                try await connection.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
                    [.text("rule \(rule.ruleID)")]
                )
                stored.append(try await store(rule, author, connection))
            }
            return stored
        }
    }

    private func store(_ rule: GivenRule, _ author: String, _ connection: PostgresConnection) async throws -> Stored {
        let body = try rule.body.encoded
        let rows = try await connection.query(
            """
            SELECT max(version) AS newest,
                max(version) FILTER (WHERE active AND kind = $2 AND body = $3::jsonb) AS same
            FROM rules WHERE rule_id = $1
            """,
            [.text(rule.ruleID), .text(rule.kind), .text(body)]
        )
        if let same = try rows.first?.decode("same", as: Int?.self) {
            return Stored(ruleID: rule.ruleID, version: same, isUnchanged: true)
        }
        let version = (try rows.first?.decode("newest", as: Int?.self) ?? 0) + 1
        try await connection.execute("UPDATE rules SET active = false WHERE rule_id = $1", [.text(rule.ruleID)])
        try await connection.execute(
            """
            INSERT INTO rules (rule_id, version, kind, body, active, created_by)
            VALUES ($1, $2, $3, $4::jsonb, true, $5)
            """,
            [.text(rule.ruleID), .int(version), .text(rule.kind), .text(body), .text(author)]
        )
        return Stored(ruleID: rule.ruleID, version: version, isUnchanged: false)
    }
}
