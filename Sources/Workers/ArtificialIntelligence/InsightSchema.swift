import PostgresClient

/// The tables of what was found, healed, learnt and ruled, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum InsightSchema {
    /// All migrations in their order.
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "ai_ml", version: 1, name: "monitoring and healing", sql: healing),
        PostgresMigration(component: "ai_ml", version: 2, name: "use codes and rules", sql: learning),
    ]

    private static let healing = """
        CREATE TABLE monitoring_runs (
            run_key text PRIMARY KEY,
            focus_area text NOT NULL,
            series integer NOT NULL,
            issues jsonb NOT NULL,
            ran_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE healing_log (
            run_key text NOT NULL,
            issue_type text NOT NULL,
            subject text NOT NULL,
            action text NOT NULL,
            is_destructive boolean NOT NULL,
            status text NOT NULL,
            found bigint NOT NULL,
            remaining bigint,
            detail text NOT NULL,
            approved_proposal text,
            logged_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (run_key, issue_type, subject)
        );
        CREATE INDEX healing_log_time ON healing_log (logged_at);
        CREATE TABLE quarantined_rows (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            run_key text NOT NULL,
            table_name text NOT NULL,
            reason text NOT NULL,
            content jsonb NOT NULL,
            quarantined_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX quarantined_rows_run ON quarantined_rows (run_key);
        """

    private static let learning = """
        CREATE TABLE use_code_models (
            run_key text PRIMARY KEY,
            rows integer NOT NULL,
            classes integer NOT NULL,
            accuracy double precision NOT NULL,
            calibration_error double precision NOT NULL,
            measured jsonb NOT NULL,
            trained_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE use_code_assignments (
            run_key text NOT NULL,
            co_no smallint NOT NULL,
            asmnt_yr smallint NOT NULL,
            parcel_id text NOT NULL,
            code text NOT NULL,
            source text NOT NULL,
            confidence double precision NOT NULL,
            assigned_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (run_key, co_no, asmnt_yr, parcel_id)
        );
        CREATE INDEX use_code_assignments_parcel ON use_code_assignments (co_no, parcel_id);
        CREATE UNIQUE INDEX rules_active ON rules (rule_id) WHERE active;
        """
}
