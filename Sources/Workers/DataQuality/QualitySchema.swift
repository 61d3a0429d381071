import PostgresClient

/// The tables of checks, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum QualitySchema {
    /// All migrations in their order.
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "data_quality", version: 1, name: "results of checks", sql: results)
    ]

    private static let results = """
        CREATE TABLE quality_runs (
            run_key text PRIMARY KEY,
            staging_key text,
            dataset text NOT NULL,
            level text NOT NULL,
            rows bigint NOT NULL,
            invalid_rows bigint NOT NULL,
            warned_rows bigint NOT NULL,
            weighted_pass_rate double precision NOT NULL,
            is_sample boolean,
            checked_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE quality_results (
            run_key text NOT NULL REFERENCES quality_runs ON DELETE CASCADE,
            rule_id text NOT NULL,
            severity text NOT NULL,
            checked bigint NOT NULL,
            failed bigint NOT NULL,
            sample jsonb NOT NULL,
            PRIMARY KEY (run_key, rule_id)
        );
        """
}
