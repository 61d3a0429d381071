import Logging
import PostgresClient
import Testing

/// What an action has read and written, by the server's own statistics.
struct TableTrace: Equatable {
    var reads: Set<String> = []
    var writes: Set<String> = []

    /// Runs the body with a client of its own, and says which tables it has touched meanwhile.
    ///
    /// Partitions count as their table; `staging_…` tables, which come and go, and the table of migrations do not count.
    static func of(_ client: PostgresClient, _ body: (PostgresClient) async throws -> Void) async throws -> TableTrace {
        let before = try await counts(client)
        try await withClient(like: client, body)
        var trace = TableTrace()
        for (table, count) in try await counts(client) {
            let old = before[table] ?? (0, 0)
            if count.writes > old.writes { trace.writes.insert(table) }
            if count.reads > old.reads { trace.reads.insert(table) }
        }
        return trace
    }

    /// Lends a client, and comes back once the server has counted everything that it did.
    static func withClient(
        like client: PostgresClient,
        _ body: (PostgresClient) async throws -> Void
    ) async throws {
        var configuration = client.configuration
        configuration.applicationName = "traced"
        let traced = PostgresClient(configuration: configuration, logger: Logger(label: "test"))
        do {
            try await body(traced)
        } catch {
            await traced.close()
            throw error
        }
        await traced.close()
        // A session reports its counts at its end at the latest, before it is gone from the list.
        while try await client.number(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'traced' AND datname = current_database()"
        ) > 0 {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func counts(_ client: PostgresClient) async throws -> [String: (reads: Int, writes: Int)] {
        let rows = try await client.query(
            """
            SELECT name, sum(reads)::bigint AS reads, sum(writes)::bigint AS writes FROM (
                SELECT coalesce(pg_partition_root(relid), relid)::regclass::text AS name,
                    seq_scan + coalesce(idx_scan, 0) AS reads, n_tup_ins + n_tup_upd + n_tup_del AS writes
                FROM pg_stat_user_tables) t
            WHERE name NOT LIKE 'staging\\_%' AND name NOT LIKE 'pg\\_temp%' GROUP BY 1
            """
        )
        return try rows.reduce(into: [:]) { counts, row in
            counts[try row.decode("name")] = (try row.decode("reads"), try row.decode("writes"))
        }
    }
}

extension PostgresClient {
    /// A hash of each table's rows, whatever their order; times, generated numbers and measured values are left out.
    func fingerprint() async throws -> [String: String] {
        let tables = try await query(
            """
            SELECT c.relname::text AS name, coalesce((SELECT string_agg(quote_literal(attname), ',') FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND (a.atttypid = 'timestamptz'::regtype
                    OR a.attidentity <> '' OR (c.relname = 'metric_points' AND a.attname = 'value'))), '''''') AS volatile
            FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
            """
        )
        var prints: [String: String] = [:]
        for table in tables {
            let name: String = try table.decode("name")
            let volatile: String = try table.decode("volatile")
            let rows = try await query(
                """
                SELECT count(*) || ' ' || coalesce(sum(hashtextextended((to_jsonb(t) - ARRAY[\(volatile)]::text[])::text, 0)
                    ::numeric), 0) FROM "\(name)" t
                """
            )
            prints[name] = try rows.first?.decode(0) ?? ""
        }
        return prints
    }
}
