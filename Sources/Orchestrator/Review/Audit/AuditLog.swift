import JobModel
import JobQueue
package import Logging
package import PostgresClient
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The audit log of escalations, a table of PostgreSQL that only grows.
///
/// Its source is the escalation stream, the outbox of the functions that change escalations: an entry is acknowledged
/// after its row is there, so that the log has every change once, whoever dies in between. While PostgreSQL is away,
/// the entries wait in the stream.
package final class AuditLog: Sendable {
    let postgres: PostgresClient
    let namespace: String
    private let logger: Logger
    private let isPrepared = Mutex(false)

    /// The log of a namespace; nothing is sent yet.
    package init(postgres: PostgresClient, namespace: String, logger: Logger) {
        self.postgres = postgres
        self.namespace = namespace
        self.logger = logger
    }

    /// Makes the table where it is missing; the first write does it too.
    ///
    /// - Throws: ``PostgresError``.
    package func prepare() async throws {
        guard !isPrepared.withLock({ $0 }) else { return }
        try await postgres.migrate(AuditSchema.migrations)
        isPrepared.withLock { $0 = true }
    }

    /// Writes a change; one that is there already is left as it is.
    ///
    /// - Returns: whether it was not there.
    @discardableResult
    func record(_ notice: EscalationNotice, _ facts: EscalationFacts) async throws -> Bool {
        try await prepare()
        let detail = try AuditDetail.kept(of: notice.detail.isEmpty ? [:] : JSONValue(parsing: notice.detail))
        let written = try await postgres.execute(
            """
            INSERT INTO escalation_audit (namespace, escalation_id, entry, version, event, reviewer, happened_at,
                operation_id, job_id, worker, action, operation_type, reason, confidence, threshold, sampling_rate,
                detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT (namespace, escalation_id, entry) DO NOTHING
            """,
            [
                .text(namespace), .text(notice.escalation), .text(notice.entry), .int(notice.version),
                .text(notice.event), .text(notice.by),
                .timestamp(Date(timeIntervalSince1970: Double(notice.atMilliseconds) / 1000)),
                PostgresValue(facts.operationID), .text(notice.job.rawValue),
                PostgresValue(facts.snapshot?.queue.rawValue), PostgresValue(facts.snapshot?.action),
                PostgresValue(facts.operationType), PostgresValue(facts.snapshot?.reason.rawValue),
                PostgresValue(facts.snapshot?.confidence), PostgresValue(facts.snapshot?.threshold),
                PostgresValue(facts.samplingRate), .json(try detail.encoded),
            ]
        )
        return written == 1
    }
}
