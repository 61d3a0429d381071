import PostgresClient

/// The table of verdicts, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum VerificationSchema {
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "verification", version: 1, name: "verdicts", sql: verdicts)
    ]

    private static let verdicts = """
        CREATE TABLE verifications (
            job_key text PRIMARY KEY,
            namespace text NOT NULL,
            operation_id text NOT NULL,
            operation_type text NOT NULL,
            status text NOT NULL,
            confidence double precision,
            verified bigint NOT NULL,
            refuted bigint NOT NULL,
            unchecked bigint NOT NULL,
            claims jsonb NOT NULL,
            checked_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX verifications_operation ON verifications (namespace, operation_id, checked_at);
        CREATE INDEX verifications_time ON verifications (namespace, checked_at);
        """
}
