package import PostgresClient

/// The table of the audit log, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
package enum AuditSchema {
    /// All migrations in their order.
    package static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "review", version: 1, name: "audit log of escalations", sql: log)
    ]

    /// A notice is known by its entry in the stream of its namespace: one that is handled twice is written once.
    private static let log = """
        CREATE TABLE escalation_audit (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            namespace text NOT NULL,
            escalation_id text NOT NULL,
            entry text NOT NULL,
            version bigint NOT NULL,
            event text NOT NULL,
            reviewer text NOT NULL,
            happened_at timestamptz NOT NULL,
            operation_id text,
            job_id text NOT NULL,
            worker text,
            action text,
            operation_type text,
            reason text,
            confidence double precision,
            threshold double precision,
            sampling_rate double precision,
            detail jsonb NOT NULL,
            recorded_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (namespace, escalation_id, entry)
        );
        CREATE INDEX escalation_audit_operation ON escalation_audit (namespace, operation_id, sequence);
        CREATE INDEX escalation_audit_reviewer ON escalation_audit (namespace, reviewer, sequence);
        CREATE INDEX escalation_audit_decisions ON escalation_audit (namespace, happened_at)
            WHERE event IN ('approved', 'rejected', 'overridden', 'retried', 'undone');
        CREATE FUNCTION refuse_escalation_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit log of escalations only grows' USING ERRCODE = 'insufficient_privilege';
        END
        $$;
        CREATE TRIGGER escalation_audit_only_grows BEFORE UPDATE OR DELETE ON escalation_audit
            FOR EACH ROW EXECUTE FUNCTION refuse_escalation_audit_change();
        CREATE TRIGGER escalation_audit_is_not_emptied BEFORE TRUNCATE ON escalation_audit
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_escalation_audit_change();
        """
}
