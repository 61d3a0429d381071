import JobModel
import PostgresClient

extension AuditLog {
    /// Entries, newest first, and the cursor of the next page.
    ///
    /// - Throws: ``PostgresError``; a log that nobody has written to yet is empty.
    package func entries(
        _ filter: AuditFilter
    ) async throws -> (entries: [AuditEntry], next: Int?) {
        let rows = try await rows(
            """
            SELECT sequence, escalation_id, version, event, reviewer,
                to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, operation_id, job_id,
                worker, action, operation_type, reason, confidence, threshold, sampling_rate, detail::text AS detail
            FROM escalation_audit
            WHERE namespace = $1
                AND ($2::text IS NULL OR escalation_id = $2) AND ($3::text IS NULL OR operation_id = $3)
                AND ($4::text IS NULL OR reviewer = $4) AND ($5::text IS NULL OR event = $5)
                AND ($6::bigint IS NULL OR happened_at >= to_timestamp($6::double precision / 1000))
                AND ($7::bigint IS NULL OR sequence < $7)
            ORDER BY sequence DESC LIMIT $8
            """,
            [
                .text(namespace), PostgresValue(filter.escalation), PostgresValue(filter.operation),
                PostgresValue(filter.by), PostgresValue(filter.event), PostgresValue(filter.sinceMilliseconds),
                PostgresValue(filter.cursor), .int(filter.limit + 1),
            ]
        )
        let entries = try rows.prefix(filter.limit).map(Self.entry)
        return (entries, rows.count > filter.limit ? entries.last?.sequence : nil)
    }

    private static func entry(_ row: PostgresRow) throws -> AuditEntry {
        AuditEntry(
            sequence: try row.decode("sequence"),
            escalationID: try row.decode("escalation_id"),
            version: try row.decode("version"),
            event: try row.decode("event"),
            by: try row.decode("reviewer"),
            at: try row.decode("at"),
            operationID: try row.decode("operation_id", as: String?.self),
            jobID: try row.decode("job_id"),
            worker: try row.decode("worker", as: String?.self),
            action: try row.decode("action", as: String?.self),
            operationType: try row.decode("operation_type", as: String?.self),
            reason: try row.decode("reason", as: String?.self),
            confidence: try row.decode("confidence", as: Double?.self),
            threshold: try row.decode("threshold", as: Double?.self),
            samplingRate: try row.decode("sampling_rate", as: Double?.self),
            detail: try JSONValue(parsing: try row.decode("detail", as: String.self))
        )
    }

    /// The last decision on each escalation that was not undone.
    func verdicts(_ query: CalibrationQuery) async throws -> [ReviewVerdict] {
        let rows = try await rows(
            """
            SELECT event, reviewer, reason, confidence, sampling_rate, operation_type, worker, action
            FROM (
                SELECT DISTINCT ON (escalation_id) * FROM escalation_audit
                WHERE namespace = $1 AND event IN ('approved', 'rejected', 'overridden', 'retried', 'undone')
                    AND ($2::bigint IS NULL OR happened_at >= to_timestamp($2::double precision / 1000))
                    AND ($3::text IS NULL OR operation_type = $3)
                ORDER BY escalation_id, version DESC, sequence DESC
            ) AS last
            WHERE event <> 'undone'
            """,
            [.text(namespace), PostgresValue(query.sinceMilliseconds), PostgresValue(query.operationType)]
        )
        return try rows.map { row in
            ReviewVerdict(
                resolution: try row.decode("event"),
                reviewer: try row.decode("reviewer"),
                reason: try row.decode("reason", as: String?.self).flatMap(ReviewReason.init),
                confidence: try row.decode("confidence", as: Double?.self),
                samplingRate: try row.decode("sampling_rate", as: Double?.self),
                operationType: try row.decode("operation_type", as: String?.self),
                worker: try row.decode("worker", as: String?.self),
                action: try row.decode("action", as: String?.self)
            )
        }
    }

    /// How many changes are on record.
    package func count() async throws -> Int {
        let rows = try await rows(
            "SELECT count(*) AS count FROM escalation_audit WHERE namespace = $1",
            [.text(namespace)]
        )
        return try rows.first?.decode("count") ?? 0
    }

    /// Rows of the log; none where the table is not there yet.
    private func rows(_ sql: String, _ parameters: [PostgresValue]) async throws -> [PostgresRow] {
        do {
            return Array(try await postgres.query(sql, parameters))
        } catch let error as PostgresError where error.code == .undefinedTable {
            return []
        }
    }
}
