import JobQueue
import Testing
import Workers

@Suite("The catalog of workers")
struct WorkerCatalogTests {
    @Test("has the kinds that have actions, each with its port")
    func kinds() {
        let names: [QueueName] = ["florida_data", "data_quality", "sunbiz", "entity_matching", "performance", "ai_ml"]
        #expect(WorkerCatalog.kinds.map(\.name) == names)
        #expect(WorkerCatalog.kinds.map(\.port) == [8001, 8002, 8003, 8004, 8005, 8006])
    }

    @Test("knows each kind's actions, and none of an unknown kind")
    func actions() async throws {
        try await TestWorkers.run { workers in
            let names = { (kind: QueueName) in
                WorkerCatalog.actions(for: kind, environment: workers.environment).map { type(of: $0).name }
            }
            #expect(names("florida_data") == ["download", "process", "upload", "monitor", "fill_gaps"])
            #expect(
                names("data_quality") == [
                    "discover_fields", "create_mapping", "validate", "sync_live", "load_data",
                ]
            )
            #expect(names("sunbiz") == ["sync_entities", "monitor_status", "generate_dashboard_metrics"])
            #expect(
                names("performance")
                    == ["monitor_health", "analyze_performance", "check_data_parity", "track_completion"]
            )
            #expect(
                names("ai_ml")
                    == [
                        "run_monitoring_ai", "execute_self_healing", "handle_chat_query", "assign_use_codes",
                        "store_rules",
                    ]
            )
            #expect(names("unknown").isEmpty)
        }
    }
}

@Suite("A direct run")
struct DirectRunTests {
    @Test("names the known actions when asked for an unknown one")
    func unknownAction() async throws {
        try await TestWorkers.run { workers in
            let failure = try await workers.failure("florida_data", "fetch", [:])
            #expect(failure.code == "unknown_action")
            #expect(failure.message.contains("download, fill_gaps, monitor, process, upload"))
        }
    }

    @Test("names a missing parameter")
    func missingParameter() async throws {
        try await TestWorkers.run { workers in
            let failure = try await workers.failure("florida_data", "download", ["county": "06", "dataset": "SDF"])
            #expect(failure.code == "invalid_parameters")
            #expect(failure.field == "year")
        }
    }

    @Test("refuses a reference to another step, which it does not have")
    func reference() async throws {
        try await TestWorkers.run { workers in
            let failure = try await workers.failure("florida_data", "process", ["file": "#E1.file"])
            #expect(failure.code == "unresolved_reference")
            #expect(failure.field == "#E1.file")
        }
    }

    @Test("an action that needs a database says so where none is configured", arguments: ["process", "upload"])
    func withoutDatabase(action: String) async throws {
        try await TestWorkers.run { workers in
            let file = try await workers.download("SDF", source: "sample")
            let staging: JSONValue = ["id": "x", "file": file, "level": "standard", "rows": 1]
            let given: JSONValue = action == "process" ? ["file": file] : ["staging": staging]
            let failure = try await workers.failure("florida_data", action, given)
            #expect(failure.code == "not_configured")
            #expect(!failure.isRetryable)
        }
    }
}
