import PostgresClient

/// The tables of entity matching, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum MatchingSchema {
    /// All migrations in their order.
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "entity_matching", version: 1, name: "matches, merges and links", sql: matching),
        PostgresMigration(component: "entity_matching", version: 2, name: "decisions and survivors", sql: survivors),
        PostgresMigration(component: "entity_matching", version: 3, name: "pairs of merges", sql: pairs),
    ]

    /// A merge says that two keys are one entity; the rows of both stay where they are, so that undoing it loses nothing.
    private static let matching = """
        CREATE TABLE entity_match_runs (
            run_id text PRIMARY KEY,
            action text NOT NULL,
            left_kind text NOT NULL,
            right_kind text NOT NULL,
            left_records bigint NOT NULL,
            right_records bigint NOT NULL,
            accepted bigint NOT NULL,
            in_review bigint NOT NULL,
            report jsonb NOT NULL,
            finished_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX entity_match_runs_kinds ON entity_match_runs (left_kind, right_kind, finished_at);
        CREATE TABLE entity_matches (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            left_kind text NOT NULL,
            left_key text NOT NULL,
            right_kind text NOT NULL,
            right_key text NOT NULL,
            score double precision NOT NULL,
            probability double precision NOT NULL,
            method text NOT NULL,
            evidence jsonb NOT NULL,
            decided text NOT NULL CHECK (decided IN ('accepted', 'review', 'rejected')),
            run_id text NOT NULL REFERENCES entity_match_runs ON DELETE CASCADE
        );
        CREATE INDEX entity_matches_run ON entity_matches (run_id, decided);
        CREATE INDEX entity_matches_left ON entity_matches (left_kind, left_key);
        CREATE INDEX entity_matches_right ON entity_matches (right_kind, right_key);
        CREATE TABLE entity_merges (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL,
            survivor_key text NOT NULL,
            merged_key text NOT NULL,
            probability double precision NOT NULL,
            rule text NOT NULL,
            evidence jsonb NOT NULL,
            run_id text NOT NULL,
            merged_at timestamptz NOT NULL DEFAULT now(),
            undone_at timestamptz,
            undone_by text
        );
        CREATE UNIQUE INDEX entity_merges_active ON entity_merges (kind, merged_key) WHERE undone_at IS NULL;
        CREATE INDEX entity_merges_run ON entity_merges (run_id);
        CREATE TABLE property_entity_links (
            co_no smallint NOT NULL,
            parcel_id text NOT NULL,
            doc_number text NOT NULL,
            role text NOT NULL,
            rank integer NOT NULL,
            probability double precision NOT NULL,
            evidence jsonb NOT NULL,
            run_id text NOT NULL,
            PRIMARY KEY (co_no, parcel_id, role, doc_number)
        );
        CREATE INDEX property_entity_links_entity ON property_entity_links (doc_number);
        CREATE INDEX property_entity_links_run ON property_entity_links (run_id);
        """

    /// Who decided about a pair; and for each merged key the one that stands for it in the end, since a survivor of one
    /// run may be merged by a later one.
    private static let survivors = """
        ALTER TABLE entity_matches ADD COLUMN is_by_person boolean NOT NULL DEFAULT false;
        CREATE VIEW entity_survivors AS
            WITH RECURSIVE chain AS (
                SELECT kind, merged_key, survivor_key, 1 AS length FROM entity_merges WHERE undone_at IS NULL
                UNION ALL
                SELECT c.kind, c.merged_key, m.survivor_key, c.length + 1
                FROM chain c JOIN entity_merges m ON m.kind = c.kind AND m.merged_key = c.survivor_key
                    AND m.undone_at IS NULL
                WHERE c.length < 1000
            )
            SELECT DISTINCT ON (kind, merged_key) kind, merged_key, survivor_key FROM chain
            ORDER BY kind, merged_key, length DESC;
        """

    /// The pair for which a merge was logged, beside the records that stood for it then: once a merge below is undone,
    /// others stand for it.
    ///
    /// A merge from before has its keys alone.
    private static let pairs = """
        ALTER TABLE entity_merges ADD COLUMN left_key text, ADD COLUMN right_key text;
        """
}
