import JobQueue
import PostgresClient

/// How one issue was dealt with.
struct HealingRecord: Encodable, Sendable {
    enum Status: String, Codable, Sendable, CaseIterable {
        /// A dry run: it is there, and nothing was done.
        case found
        /// It waits for a person's approval.
        case proposed
        /// The detector finds it no more.
        case resolved
        /// The detector still finds it.
        case unresolved
        /// Jobs are under way whose end decides.
        case pending
        /// The remedy could not be carried out.
        case failed
    }

    var issueType: IssueType
    var subject: String
    var action: String
    var isDestructive: Bool
    var status: Status
    /// How much was wrong before.
    var found: Int
    /// How much is wrong after; nil where the detector has not looked again.
    var remaining: Int?
    /// What was found and done, for a person.
    var detail: String
    /// The flow of jobs that was started; nil for none.
    var flow: JobID?

    private enum CodingKeys: String, CodingKey {
        case subject, action, status, found, remaining, detail, flow
        case issueType = "issue_type"
        case isDestructive = "is_destructive"
    }

    static let schema = JSONSchema.object([
        .required("issue_type", .string(enum: IssueType.allCases.map(\.rawValue))),
        .required("subject", .string("what it concerns")),
        .required("action", .string("the remedy")),
        .required("is_destructive", .boolean("whether a person had to agree")),
        .required("status", .string(enum: Status.allCases.map(\.rawValue))),
        .required("found", .integer("how much was wrong", minimum: 0)),
        .optional("remaining", .integer("how much is wrong after", minimum: 0)),
        .required("detail", .string("what was found and done")),
        .optional("flow", .string("the flow of jobs that was started")),
    ])
}

/// Table `healing_log`: what was found and done, under the key of the job that did it.
struct HealingLog: Sendable {
    let client: PostgresClient

    /// Writes records; a second run of the same job replaces its own.
    func write(_ records: [HealingRecord], key: String, proposal: String?) async throws {
        for record in records {
            try await client.execute(
                """
                INSERT INTO healing_log (run_key, issue_type, subject, action, is_destructive, status, found, remaining,
                    detail, approved_proposal)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                ON CONFLICT (run_key, issue_type, subject) DO UPDATE SET action = excluded.action,
                    status = excluded.status, found = excluded.found, remaining = excluded.remaining,
                    detail = excluded.detail, approved_proposal = excluded.approved_proposal, logged_at = now()
                """,
                [
                    .text(key), .text(record.issueType.rawValue), .text(record.subject), .text(record.action),
                    .bool(record.isDestructive), .text(record.status.rawValue), .int(record.found),
                    PostgresValue(record.remaining), .text(record.detail), PostgresValue(proposal),
                ]
            )
        }
    }

    /// What a job proposed.
    func proposed(by key: String) async throws -> [(type: IssueType, subject: String)] {
        let rows = try await client.query(
            "SELECT issue_type, subject FROM healing_log WHERE run_key = $1 AND status = 'proposed' ORDER BY 1, 2",
            [.text(key)]
        )
        return try rows.compactMap { row in
            guard let type = IssueType(rawValue: try row.decode("issue_type")) else { return nil }
            return (type, try row.decode("subject"))
        }
    }
}
