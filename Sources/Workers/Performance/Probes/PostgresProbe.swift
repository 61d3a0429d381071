import PostgresClient

/// PostgreSQL: latency, connections, transactions that hold others up, the age of its statistics.
struct PostgresProbe: HealthProbe {
    let component = "postgres"
    let client: PostgresClient
    let thresholds: HealthThresholds

    func look() async throws -> [HealthFinding] {
        do {
            let latency = try await latency(thresholds) {
                try await client.withConnection { _ = try await $0.query("SELECT 1", timeout: .seconds(3)) }
            }
            return [latency, try await connections(), try await transactions()]
        } catch let error as PostgresError {
            try Task.checkCancellation()
            return [finding("connection", .critical, "cannot be used: \(error.code.rawValue)", issue: .connection)]
        }
    }

    private func connections() async throws -> HealthFinding {
        let rows = try await client.query(
            """
            SELECT count(*)::float8 / current_setting('max_connections')::float8
            FROM pg_stat_activity WHERE backend_type = 'client backend'
            """
        )
        let share: Double = try rows.first?.decode(0) ?? 0
        return finding(
            "connections",
            HealthStatus(share, warning: 0.8, critical: 0.95),
            "\(Measured.percent(share)) of the connections are taken",
            value: share,
            threshold: 0.8,
            unit: "share"
        )
    }

    private func transactions() async throws -> HealthFinding {
        let rows = try await client.query(
            """
            SELECT count(*), coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float8
            FROM pg_stat_activity
            WHERE state = 'idle in transaction' AND now() - xact_start > interval '5 minutes'
            """
        )
        let count: Int = try rows.first?.decode(0) ?? 0
        let seconds: Double = try rows.first?.decode(1) ?? 0
        return finding(
            "transactions",
            count > 0 ? .warning : .ok,
            count > 0 ? "\(count) idle for more than five minutes hold locks and old rows" : "none is left open",
            value: seconds,
            threshold: 300,
            unit: "s",
            issue: .performance
        )
    }
}
