/// Which migrations are to be applied, and whether they fit what has been.
enum MigrationPlan {
    /// A migration that the database has.
    struct Applied {
        let component: String
        let version: Int
        let checksum: String
    }

    /// The advisory lock's key: the bytes of "concordM".
    static let lockKey = 0x636f_6e63_6f72_644d

    /// The table of what has been applied.
    static let table = """
        CREATE TABLE IF NOT EXISTS concord_migrations (
            component text NOT NULL,
            version integer NOT NULL,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (component, version)
        )
        """

    /// The SHA-256 of each text of a `text[]`, in order.
    static let checksums = """
        SELECT encode(sha256(convert_to(sql, 'UTF8')), 'hex') FROM unnest($1) WITH ORDINALITY AS given (sql, position)
        ORDER BY position
        """

    /// Makes sure that each component's versions are 1, 2, 3….
    static func check(_ migrations: [PostgresMigration]) throws(PostgresError) {
        for (component, own) in Dictionary(grouping: migrations, by: \.component) {
            guard own.map(\.version) == Array(1...own.count) else {
                throw error("the versions of \(component) are not 1 to \(own.count) in order")
            }
        }
    }

    /// The missing migrations with their checksums, in the order given; one below the newest applied is only accepted where
    /// records may have been lost.
    static func pending(
        _ migrations: [PostgresMigration],
        checksums: [String],
        applied: [Applied],
        adopting: Bool = false
    ) throws(PostgresError) -> [(migration: PostgresMigration, checksum: String)] {
        var pending: [(migration: PostgresMigration, checksum: String)] = []
        for (migration, checksum) in zip(migrations, checksums) {
            let ours = applied.filter { $0.component == migration.component }
            let label = "migration \(migration.version) (\(migration.name)) of \(migration.component)"
            if let known = ours.first(where: { $0.version == migration.version }) {
                guard known.checksum == checksum else {
                    throw error("\(label) was edited after it had been applied: put it back and add a new migration")
                }
            } else {
                guard adopting || ours.allSatisfy({ $0.version < migration.version }) else {
                    throw error("\(label) is missing in the database, which has a later one")
                }
                pending.append((migration, checksum))
            }
        }
        return pending
    }

    private static func error(_ summary: String) -> PostgresError {
        PostgresError(code: .migration, operation: "migrate", summary: summary)
    }
}
