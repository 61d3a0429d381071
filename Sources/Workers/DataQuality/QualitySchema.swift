import PostgresClient

/// The tables of checks, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum QualitySchema {
    /// All migrations in their order.
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "data_quality", version: 1, name: "results of checks", sql: results),
        PostgresMigration(component: "data_quality", version: 2, name: "stored rules and mappings", sql: rules),
    ]

    /// Rules and mappings by name and version; a version never changes.
    private static let rules = """
        CREATE TABLE rules (
            rule_id text NOT NULL,
            version integer NOT NULL,
            kind text NOT NULL,
            body jsonb NOT NULL,
            active boolean NOT NULL DEFAULT true,
            created_by text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (rule_id, version)
        );
        CREATE TABLE quality_mappings (
            name text NOT NULL,
            version integer NOT NULL,
            dataset text NOT NULL,
            body jsonb NOT NULL,
            confidence double precision NOT NULL,
            created_by text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (name, version)
        );
        CREATE TABLE live_watermarks (
            table_name text PRIMARY KEY,
            staged_at timestamptz NOT NULL,
            run_key text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        ALTER TABLE quality_runs ADD COLUMN rule_set text, ADD COLUMN rule_version integer;
        """

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
