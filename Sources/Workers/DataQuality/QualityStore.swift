import JobQueue
import PostgresClient
import PropertyData

/// Keeps the results of checks.
struct QualityStore {
    let client: PostgresClient

    /// Stores a check under a key, in the place of an earlier one.
    func record(_ check: QualityCheck, runKey: String) async throws {
        let report = check.report
        let rules = check.rules
        let samples = try rules.map { String(decoding: try JSONCoding.encode($0.samples), as: UTF8.self) }
        try await client.withTransaction { connection in
            try await connection.execute("DELETE FROM quality_runs WHERE run_key = $1", [.text(runKey)])
            try await connection.execute(
                """
                INSERT INTO quality_runs (run_key, staging_key, dataset, level, rows, invalid_rows, warned_rows,
                    weighted_pass_rate, is_sample, rule_set, rule_version)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                [
                    .text(runKey), PostgresValue(check.staging), .text(report.name.identity.dataset.rawValue),
                    .text(report.level.rawValue), .int(report.rows), .int(report.invalid), .int(report.warned),
                    .double(check.weightedPassRate), PostgresValue(check.isSample), PostgresValue(check.ruleSet),
                    PostgresValue(check.ruleVersion),
                ]
            )
            try await connection.execute(
                """
                INSERT INTO quality_results (run_key, rule_id, severity, checked, failed, sample)
                SELECT $1, rule, severity, checked, failed, sample::jsonb
                FROM unnest($2, $3, $4, $5, $6) AS r (rule, severity, checked, failed, sample)
                """,
                [
                    .text(runKey), .textArray(rules.map(\.rule.id)), .textArray(rules.map(\.rule.severity.rawValue)),
                    .intArray(rules.map(\.checked)), .intArray(rules.map(\.failed)), .textArray(samples),
                ]
            )
        }
    }
}
