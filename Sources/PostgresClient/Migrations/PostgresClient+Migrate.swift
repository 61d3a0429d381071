import Logging

extension PostgresClient {
    /// Brings the schema up to date: applies the migrations that are missing, in order, each in a transaction.
    ///
    /// Any number of clients may do so at once: an advisory lock lets one in at a time. Table `concord_migrations` keeps
    /// what has been applied, with a SHA-256 of its text. Throws `migration` when an applied one was edited, when one
    /// below the newest applied is missing in the database, or when the numbers have gaps. Versions in the database that
    /// this program does not know are left alone, so that old and new programs can run side by side.
    ///
    /// With `adopting`, a migration that has no record but whose tables, columns, indexes and views are all there is
    /// recorded and not run: so a database whose records were lost is mended. Where only a part is there, `migration` is
    /// thrown, which names what is missing.
    package func migrate(_ migrations: [PostgresMigration], adopting: Bool = false) async throws {
        try MigrationPlan.check(migrations)
        try await withConnection { connection in
            try await connection.execute(
                "SELECT pg_advisory_lock($1)",
                [.int(MigrationPlan.lockKey)],
                timeout: .seconds(600)
            )
            do {
                try await apply(migrations, adopting: adopting, on: connection)
            } catch {
                try? await connection.unlockMigrations()
                throw error
            }
            try await connection.unlockMigrations()
        }
    }

    private func apply(
        _ migrations: [PostgresMigration],
        adopting: Bool,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(script: MigrationPlan.table)
        let checksums = try await connection.query(MigrationPlan.checksums, [.textArray(migrations.map(\.sql))])
            .map { row in try row.decode(0, as: String.self) }
        let rows = try await connection.query("SELECT component, version, checksum FROM concord_migrations")
        let applied = try rows.map { row in
            MigrationPlan.Applied(
                component: try row.decode("component"),
                version: try row.decode("version"),
                checksum: try row.decode("checksum")
            )
        }
        let all = try MigrationPlan.pending(migrations, checksums: checksums, applied: applied, adopting: adopting)
        for pending in all {
            let migration = pending.migration
            try await connection.withTransaction { connection in
                let isThere = adopting ? try await MigrationObjects(of: migration).areThere(connection) : false
                if !isThere { try await connection.execute(script: migration.sql) }
                try await connection.execute(
                    "INSERT INTO concord_migrations (component, version, name, checksum) VALUES ($1, $2, $3, $4)",
                    [
                        .text(migration.component), .int(migration.version), .text(migration.name),
                        .text(pending.checksum),
                    ]
                )
            }
            logger.info(
                "migration applied",
                metadata: [
                    "migration.component": "\(migration.component)", "migration.version": "\(migration.version)",
                ]
            )
        }
    }
}

extension PostgresConnection {
    /// Gives the lock back, also for a cancelled task; a session that cannot is closed, which frees the lock too.
    fileprivate func unlockMigrations() throws(PostgresError) {
        _ = try runScript("migrate", "SELECT pg_advisory_unlock(\(MigrationPlan.lockKey))", StatementToken())
    }
}
