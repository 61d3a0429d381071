import JobQueue
import PostgresClient
import Synchronization
import TestSupport
import Testing
import Workers

/// Each action is held up in its middle by a lock that is only given back once it has ended: without its cancellation it
/// would wait forever, so that no clock has to be read on a busy machine.
@Suite("A cancelled action", .postgresServer, .redisServer(), .timeLimit(.minutes(15)))
struct CancelledActionTests {
    /// The lock's table and mode: `SHARE` lets everybody read and nobody write.
    static let locks: [String: (table: String, mode: String)] = [
        "process": ("staged_files", "SHARE"), "upload": ("sales", "SHARE"),
        "monitor": ("source_files", "ACCESS EXCLUSIVE"), "fill_gaps": ("sales", "SHARE"),
        "discover_fields": ("sales", "ACCESS EXCLUSIVE"), "create_mapping": ("quality_mappings", "SHARE"),
        "validate": ("quality_runs", "SHARE"), "sync_live": ("parcels", "SHARE"),
        "load_data": ("staged_files", "SHARE"),
        "sync_entities": ("sunbiz_entities", "SHARE"), "monitor_status": ("sunbiz_files", "ACCESS EXCLUSIVE"),
        "generate_dashboard_metrics": ("sunbiz_officers", "ACCESS EXCLUSIVE"),
        "match_entities": ("entity_matches", "SHARE"), "deduplicate": ("entity_merges", "SHARE"),
        "link_properties_to_entities": ("property_entity_links", "SHARE"), "monitor_health": ("metric_points", "SHARE"),
        "analyze_performance": ("performance_cursors", "SHARE"), "check_data_parity": ("sales", "ACCESS EXCLUSIVE"),
        "track_completion": ("sales", "ACCESS EXCLUSIVE"), "run_monitoring_ai": ("metric_points", "SHARE"),
        "execute_self_healing": ("healing_log", "SHARE"), "handle_chat_query": ("sales", "ACCESS EXCLUSIVE"),
        "assign_use_codes": ("use_code_assignments", "SHARE"), "store_rules": ("rules", "SHARE"),
    ]

    @Test("ends although a statement of it waits, and leaves every table and the work folder as they were")
    func everyAction() async throws {
        try await ActionWorld.run { world in
            for given in ActionCase.normal where given.action != "download" {
                let lock = try #require(Self.locks[given.action])
                let before = try await world.client.fingerprint()
                let hasWaited = try await Self.cancel(given, while: lock, world)
                #expect(hasWaited, "\(given) never waited for \(lock.table)")
                let after = try await world.client.fingerprint()
                let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
                #expect(changed == [], "\(given) left something behind")
                #expect(world.workers.leftovers.isEmpty, "\(given)")
            }
        }
    }

    /// Whether an action's task is over.
    private final class Ended: Sendable {
        let value = Mutex(false)
    }

    /// Runs an action until it waits for the lock, cancels it there, and says whether it has waited.
    private static func cancel(
        _ given: ActionCase,
        while lock: (table: String, mode: String),
        _ world: ActionWorld
    ) async throws -> Bool {
        let parameters = given.parameters(world)
        let workers = world.workers
        let ended = Ended()
        return try await world.client.withTransaction { blocker in
            try await blocker.execute(script: "LOCK TABLE \(lock.table) IN \(lock.mode) MODE")
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { ended.value.withLock { $0 = true } }
                    _ = try await workers.run(given.worker, given.action, parameters)
                }
                var hasWaited = false
                while !hasWaited, !ended.value.withLock({ $0 }) {
                    hasWaited =
                        try await blocker.query(
                            """
                            SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
                                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                            """
                        ).first?.decode(0) ?? false
                    await Task.yield()
                }
                group.cancelAll()
                do {
                    for try await _ in group {}
                    Issue.record("\(given) succeeded although it was cancelled")
                } catch is JobFailure {
                    Issue.record("\(given) failed where it was cancelled")
                } catch {
                    // A cancellation, as itself or as the database client has it.
                }
                return hasWaited
            }
        }
    }
}
