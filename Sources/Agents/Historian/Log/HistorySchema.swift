package import PostgresClient

/// The tables of the history, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
package enum HistorySchema {
    /// All migrations in their order.
    package static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "history", version: 1, name: "chained history", sql: history)
    ]

    /// `body` is text and not jsonb: it is hashed as it was written.
    private static let history = """
        CREATE TABLE history_entries (
            namespace text NOT NULL,
            sequence bigint NOT NULL CHECK (sequence > 0),
            event_id text NOT NULL,
            kind text NOT NULL,
            subject text NOT NULL,
            operation_id text,
            event text NOT NULL,
            actor text NOT NULL,
            happened_ms bigint NOT NULL,
            recorded_ms bigint NOT NULL,
            body text NOT NULL,
            previous_hash text NOT NULL,
            hash text NOT NULL,
            PRIMARY KEY (namespace, sequence),
            UNIQUE (namespace, event_id)
        );
        CREATE INDEX history_entries_operation ON history_entries (namespace, operation_id, sequence);
        CREATE INDEX history_entries_time ON history_entries (namespace, happened_ms);
        CREATE INDEX history_entries_words ON history_entries
            USING gin (to_tsvector('simple', subject || ' ' || event || ' ' || actor || ' ' || body));
        CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the history only grows' USING ERRCODE = 'insufficient_privilege';
        END
        $$;
        CREATE TRIGGER history_only_grows BEFORE UPDATE OR DELETE ON history_entries
            FOR EACH ROW EXECUTE FUNCTION refuse_history_change();
        CREATE TRIGGER history_is_not_emptied BEFORE TRUNCATE ON history_entries
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
        CREATE TABLE history_progress (
            namespace text NOT NULL,
            operation_id text NOT NULL,
            last_event text NOT NULL,
            is_closed boolean NOT NULL,
            PRIMARY KEY (namespace, operation_id)
        );
        """
}
