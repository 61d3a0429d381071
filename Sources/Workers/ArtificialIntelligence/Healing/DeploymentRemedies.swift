import Foundation
import JobQueue
import PostgresClient
import PropertyData

/// Tables without statistics, or with old ones, for which the planner guesses: they are analyzed.
struct StatisticsRemedy: Remedy {
    let type = IssueType.performance
    let action = "analyze_tables"
    let isDestructive = false
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        let rows = try await client.query(
            """
            SELECT c.relname::text AS name, greatest(coalesce(s.n_mod_since_analyze, 0), 1) AS changed
            FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_relation_size(c.oid) > 0
                AND c.relname NOT LIKE 'staging\\_%' AND ($1::text IS NULL OR c.relname = $1)
                AND (c.reltuples < 0 OR coalesce(s.n_mod_since_analyze, 0) > 1000 + 0.2 * greatest(c.reltuples, 0))
            ORDER BY c.relname
            """,
            [PostgresValue(subject)]
        )
        return try rows.map { row in
            let changed: Int = try row.decode("changed")
            return HealingTarget(
                subject: try row.decode("name"),
                found: changed,
                detail: "the planner knows nothing of it, or \(changed) rows less than there are"
            )
        }
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        try await client.withConnection { connection in
            // The name is taken from the catalog, quoted by the server itself.
            let rows = try await connection.query(
                "SELECT format('ANALYZE %I', relname) FROM pg_class WHERE relkind = 'r' AND relname = $1",
                [.text(target.subject)]
            )
            guard let statement: String = try rows.first?.decode(0) else {
                throw JobFailure("unknown_table", "there is no such table any more", field: "subject")
            }
            try await connection.execute(statement)
        }
        return .done("analyzed")
    }
}

/// Migrations of this version that the database has no record of: they are applied, or recorded where all that they make
/// is there already.
struct SchemaRemedy: Remedy {
    let type = IssueType.schema
    let action = "apply_migrations"
    let isDestructive = false
    let environment: WorkerEnvironment
    let client: PostgresClient

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        var applied: Set<String> = []
        do {
            let rows = try await client.query("SELECT component || ' ' || version FROM concord_migrations")
            applied = Set(try rows.map { try $0.decode(0, as: String.self) })
        } catch let error as PostgresError where error.code == .undefinedTable {
            // None has ever been applied.
        }
        let missing = WorkerCatalog.migrations.filter { !applied.contains("\($0.component) \($0.version)") }
        guard !missing.isEmpty else { return [] }
        let names = missing.map { "\($0.component) \($0.version)" }.joined(separator: ", ")
        return [HealingTarget(subject: "schema", found: missing.count, detail: "missing are \(names)")]
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        try await client.migrate(WorkerCatalog.migrations, adopting: true)
        // What comes with the tables: counties and use codes.
        try await environment.prepare()
        return .done("the missing migrations were applied, or recorded where their tables were there")
    }
}

/// Servers that do not answer: they are called again on new connections, since an outage often ends by itself.
struct ConnectionRemedy: Remedy {
    let type = IssueType.connection
    let action = "reconnect"
    let isDestructive = false
    let environment: WorkerEnvironment

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        let thresholds = HealthThresholds()
        var probes: [any HealthProbe] = []
        if let queue = environment.queue { probes.append(RedisProbe(queue: queue, thresholds: thresholds)) }
        if let client = environment.postgres { probes.append(PostgresProbe(client: client, thresholds: thresholds)) }
        if !environment.apiURL.isEmpty { probes.append(APIProbe(address: environment.apiURL, thresholds: thresholds)) }
        var targets: [HealingTarget] = []
        for probe in probes where subject == nil || subject?.hasPrefix(probe.component) == true {
            let findings = try await probe.look()
            guard let broken = findings.first(where: { $0.issueType == .connection && $0.status == .critical }) else {
                continue
            }
            targets.append(HealingTarget(subject: probe.component, found: 1, detail: broken.message))
        }
        return targets
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        for attempt in 1...3 {
            try await Task.sleep(for: .milliseconds(300 * attempt))
            if try await detect(target.subject).isEmpty { return .done("it answers again at try \(attempt)") }
        }
        return .done("it did not answer at three more tries")
    }
}

/// What nobody needs any more: scratch folders and parts of downloads of yesterday, staged rows of last week.
struct ResourceRemedy: Remedy {
    let type = IssueType.resource
    let action = "remove_leftovers"
    let isDestructive = false
    let environment: WorkerEnvironment

    /// Everything here can be made again from its file; a running job renews what it uses.
    private var oldFolders: [String] {
        let edge = Date(timeIntervalSinceNow: -86_400)
        return ["validation", "downloads/incoming"].flatMap { name -> [String] in
            let folder = "\(environment.workFolder)/\(name)"
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return entries.map { "\(folder)/\($0)" }.filter { path in
                let attributes = try? FileManager.default.attributesOfItem(atPath: path)
                return ((attributes?[.modificationDate] as? Date) ?? Date()) < edge
            }
        }
    }

    private static func weekAgo() -> Date { Date(timeIntervalSinceNow: -7 * 86_400) }

    func detect(_ subject: String?) async throws -> [HealingTarget] {
        var targets: [HealingTarget] = []
        let folders = oldFolders.count
        if folders > 0 {
            targets.append(
                HealingTarget(subject: "work folder", found: folders, detail: "\(folders) leftovers are a day old")
            )
        }
        if let client = environment.postgres {
            let rows = try await client.query(
                "SELECT count(*) FROM staged_files WHERE merged IS NULL AND staged_at < $1",
                [.timestamp(Self.weekAgo())]
            )
            let staged: Int = try rows.first?.decode(0) ?? 0
            if staged > 0 {
                targets.append(
                    HealingTarget(subject: "staging", found: staged, detail: "\(staged) runs staged rows a week ago")
                )
            }
        }
        return targets.filter { subject == nil || $0.subject == subject }
    }

    func treat(_ target: HealingTarget) async throws -> Treatment {
        if target.subject == "staging", let client = environment.postgres {
            let count = try await PropertyDatabase(client: client).discardStaged(before: Self.weekAgo())
            return .done("the rows of \(count) runs were dropped")
        }
        var removed = 0
        for path in oldFolders {
            try Task.checkCancellation()
            do {
                try FileManager.default.removeItem(atPath: path)
                removed += 1
            } catch {
                // Another process may have removed it first; what stays shows at the next look.
                continue
            }
        }
        return .done("\(removed) leftovers were removed")
    }
}
