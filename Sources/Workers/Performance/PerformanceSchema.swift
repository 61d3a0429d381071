import PostgresClient

/// The tables of measurements, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum PerformanceSchema {
    /// All migrations in their order.
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "performance", version: 1, name: "samples of jobs and metrics", sql: samples)
    ]

    /// One row for each job that ended, by its first end; how far each partition's events were read; points of
    /// whatever else is measured, each under a key by which measuring again replaces it.
    private static let samples = """
        CREATE TABLE performance_samples (
            job_id text PRIMARY KEY,
            queue text NOT NULL,
            action text NOT NULL,
            outcome text NOT NULL,
            created_at timestamptz NOT NULL,
            began_at timestamptz,
            ended_at timestamptz NOT NULL,
            wait_ms double precision,
            run_ms double precision,
            attempts integer NOT NULL,
            deliveries integer NOT NULL,
            confidence double precision
        );
        CREATE INDEX performance_samples_action ON performance_samples (queue, action, ended_at);
        CREATE INDEX performance_samples_time ON performance_samples (ended_at);
        CREATE TABLE performance_cursors (
            partition text PRIMARY KEY,
            event_id text NOT NULL,
            ended bigint,
            seen bigint NOT NULL,
            first_seen bigint NOT NULL,
            missed bigint NOT NULL,
            collected_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE metric_points (
            metric text NOT NULL,
            subject text NOT NULL,
            point_key text NOT NULL,
            at timestamptz NOT NULL,
            value double precision NOT NULL,
            weight double precision NOT NULL DEFAULT 1,
            PRIMARY KEY (metric, subject, point_key)
        );
        CREATE INDEX metric_points_time ON metric_points (at);
        """
}
