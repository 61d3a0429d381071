import PostgresClient

/// The indexes by which the explorer finds names, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
enum ExplorerSchema {
    static let migrations: [PostgresMigration] = [
        PostgresMigration(component: "explorer", version: 1, name: "words of entities", sql: words)
    ]

    private static let words = """
        CREATE INDEX sunbiz_entities_words ON sunbiz_entities USING gin (to_tsvector('simple', name));
        CREATE INDEX sunbiz_fictitious_names_words ON sunbiz_fictitious_names USING gin (to_tsvector('simple', name));
        """
}
