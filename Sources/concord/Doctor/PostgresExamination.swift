import Foundation
import Orchestrator
import PostgresClient
import Workers

/// Looks at the property database.
struct PostgresExamination: Sendable {
    let client: PostgresClient

    /// What was found; a server that cannot be reached is a finding too.
    func findings() async -> [Finding] {
        do {
            return try await [server(), migrations(), auditLog()]
        } catch let error as PostgresError {
            return [
                Finding(
                    "postgres",
                    .problem,
                    "\(client.configuration.endpoint) cannot be used: \(error)",
                    remedy: "start PostgreSQL, or correct DATABASE_URL"
                )
            ]
        } catch {
            return [Finding("postgres", .problem, "\(client.configuration.endpoint): \(error)")]
        }
    }

    private func server() async throws -> Finding {
        let rows = try await client.query(
            """
            SELECT current_setting('server_version'), current_setting('server_version_num')::integer,
                current_setting('fsync'), current_setting('synchronous_commit')
            """
        )
        guard let row = rows.first else { return Finding("postgres.version", .problem, "the server does not say it") }
        let version = try row.decode(0, as: String.self)
        guard try row.decode(1, as: Int.self) >= 130_000 else {
            return Finding("postgres.version", .problem, version, remedy: "upgrade to 13 or later")
        }
        guard try row.decode(2, as: String.self) == "on" else {
            return Finding(
                "postgres.fsync",
                .problem,
                "off: a lost host can destroy the database",
                remedy: "set fsync = on in postgresql.conf and restart"
            )
        }
        let commit = try row.decode(3, as: String.self)
        guard commit != "off" else {
            return Finding(
                "postgres.synchronous_commit",
                .warning,
                "off: a lost host can cost the last committed loads, which then run again",
                remedy: "set synchronous_commit = on"
            )
        }
        return Finding("postgres.version", .ok, version)
    }

    private func migrations() async throws -> Finding {
        let wanted = Set(WorkerCatalog.migrations.map { "\($0.component) \($0.version)" })
        let applied = try await appliedMigrations()
        let missing = wanted.subtracting(applied).sorted()
        guard missing.isEmpty else {
            return Finding(
                "postgres.migrations",
                .problem,
                "\(missing.count) of \(wanted.count) are missing: \(missing.joined(separator: ", "))",
                remedy: "start a worker of this version, which applies them"
            )
        }
        let later = applied.subtracting(wanted).subtracting(Self.auditMigrations).count
        guard later == 0 else {
            return Finding(
                "postgres.migrations",
                .note,
                "all \(wanted.count) are applied, and \(later) of a later version"
            )
        }
        return Finding("postgres.migrations", .ok, "all \(wanted.count) are applied")
    }

    private static let auditMigrations = Set(AuditSchema.migrations.map { "\($0.component) \($0.version)" })

    private func auditLog() async throws -> Finding {
        guard try await appliedMigrations().isSuperset(of: Self.auditMigrations) else {
            return Finding(
                "review.audit_log",
                .note,
                "its table is not there yet: an orchestrator with DATABASE_URL makes it with the first escalation"
            )
        }
        return Finding("review.audit_log", .ok, "kept in table escalation_audit")
    }

    /// Each as its component and version.
    private func appliedMigrations() async throws -> Set<String> {
        do {
            let rows = try await client.query("SELECT component || ' ' || version FROM concord_migrations")
            return Set(try rows.map { row in try row.decode(0, as: String.self) })
        } catch let error as PostgresError where error.code == .undefinedTable {
            return []
        }
    }
}
