import Orchestrator
import JobModel
import JobQueue
import PostgresClient

/// Keeps verdicts, each under the job that found it.
struct VerificationStore: Sendable {
    let postgres: PostgresClient
    let namespace: String

    /// The store of an agent; nil where no database is configured.
    init?(_ environment: AgentEnvironment) {
        guard let postgres = environment.postgres, let operations = environment.operations else { return nil }
        self.postgres = postgres
        namespace = operations.queue.configuration.namespace
    }

    /// Keeps a verdict, in the place of an earlier one of the same job.
    func record(_ result: VerifyOperation.Result, jobKey: String) async throws {
        let claims = String(decoding: try JSONCoding.encode(result.claims), as: UTF8.self)
        try await postgres.execute(
            """
            INSERT INTO verifications (job_key, namespace, operation_id, operation_type, status, confidence, verified,
                refuted, unchecked, claims)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (job_key) DO UPDATE SET status = excluded.status, confidence = excluded.confidence,
                verified = excluded.verified, refuted = excluded.refuted, unchecked = excluded.unchecked,
                claims = excluded.claims, checked_at = now()
            """,
            [
                .text(jobKey), .text(namespace), .text(result.operationID), .text(result.operationType),
                .text(result.verdict.status.rawValue), PostgresValue(result.verdict.confidence),
                .int(result.verdict.verified), .int(result.verdict.refuted), .int(result.verdict.unchecked),
                .json(claims),
            ]
        )
    }

    /// One verdict on record.
    struct Recorded: Encodable, Sendable {
        var id: String
        var operationID: String
        var operationType: String
        var status: String
        var confidence: Double?
        var verified: Int
        var refuted: Int
        var unchecked: Int
        var checkedAt: String
        /// The claims; nil in a list of several operations.
        var claims: JSONValue?

        enum CodingKeys: String, CodingKey {
            case id, status, confidence, verified, refuted, unchecked, claims
            case operationID = "operation_id"
            case operationType = "operation_type"
            case checkedAt = "checked_at"
        }
    }

    /// Verdicts, the newest first; claims where one operation is asked for.
    func list(
        operation: String?,
        status: String?,
        before milliseconds: Int?,
        limit: Int
    ) async throws -> [(verdict: Recorded, milliseconds: Int)] {
        let rows = try await postgres.query(
            """
            SELECT job_key, operation_id, operation_type, status, confidence, verified, refuted, unchecked,
                (extract(epoch FROM checked_at) * 1000)::bigint AS checked_ms,
                CASE WHEN $2::text IS NULL THEN NULL ELSE claims::text END AS claims
            FROM verifications WHERE namespace = $1 AND ($2::text IS NULL OR operation_id = $2)
                AND ($3::text IS NULL OR status = $3)
                AND ($4::bigint IS NULL OR (extract(epoch FROM checked_at) * 1000)::bigint < $4)
            ORDER BY checked_at DESC, job_key LIMIT $5
            """,
            [
                .text(namespace), PostgresValue(operation), PostgresValue(status), PostgresValue(milliseconds),
                .int(limit),
            ]
        )
        return try rows.map { row in
            let milliseconds: Int = try row.decode("checked_ms")
            let claims = try row.decode("claims", as: String?.self)
            let verdict = Recorded(
                id: try row.decode("job_key"),
                operationID: try row.decode("operation_id"),
                operationType: try row.decode("operation_type"),
                status: try row.decode("status"),
                confidence: try row.decode("confidence", as: Double?.self),
                verified: try row.decode("verified"),
                refuted: try row.decode("refuted"),
                unchecked: try row.decode("unchecked"),
                checkedAt: MomentText.text(milliseconds: milliseconds),
                claims: try claims.map { try JSONValue(parsing: $0) }
            )
            return (verdict, milliseconds)
        }
    }
}
