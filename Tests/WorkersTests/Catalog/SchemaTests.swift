import JobModel
@testable import JobQueue
@testable import PropertyData
import TestSupport
import Testing
@testable import Workers

/// Runs every action's normal case and holds what it takes and gives against its schemas.
@Suite("Schemas of the actions", .postgresServer, .timeLimit(.minutes(10)))
struct SchemaTests {
    private func check(
        _ workers: TestWorkers,
        _ kind: QueueName,
        _ name: String,
        _ parameters: JSONValue
    ) async throws -> JSONValue {
        let actions = WorkerCatalog.actions(for: kind, environment: workers.environment)
        let action = try #require(actions.first { type(of: $0).name == name })
        let described = type(of: action).described
        #expect(!described.summary.isEmpty && described.summary.hasSuffix("."), "\(name)")
        #expect(described.parameters.defects(in: parameters) == [], "\(name)")
        let outcome = try await workers.run(kind, name, parameters)
        #expect(described.result.defects(in: outcome.result) == [], "\(name)")
        #expect(!outcome.parts.isEmpty && outcome.parts.allSatisfy { !$0.basis.isEmpty }, "\(name)")
        return outcome.result
    }

    @Test("hold for the normal case of every action")
    func everyAction() async throws {
        try await TestWorkers.runWithDatabase { workers, client in
            let file = try #require(
                try await check(workers, "florida_data", "download", TestWorkers.broward("SDF", source: "sample"))[
                    "file"
                ]
            )
            let parameters: JSONValue = ["file": file, "validation_level": "strict"]
            let staging = try #require(try await check(workers, "florida_data", "process", parameters)["staging"])
            let set = RuleSet(
                name: "own",
                dataset: .sdf,
                rules: [StoredRule(id: "price", kind: .range, field: "SALE_PRC", severity: .warning, minimum: 500_000)]
            )
            let version = try await RuleSetStore(client: client).save(set, by: "test")
            let rules: JSONValue = ["name": "own", "version": .integer(version)]
            _ = try await check(workers, "data_quality", "validate", ["staging": staging, "rules": rules])
            _ = try await check(workers, "florida_data", "upload", ["staging": staging])
            for type in MonitorRolls.Check.allCases {
                _ = try await check(workers, "florida_data", "monitor", ["check_type": .string(type.rawValue)])
            }
            let range: JSONValue = ["from": "2025-06-01", "to": "2025-07-31"]
            _ = try await check(
                workers,
                "florida_data",
                "fill_gaps",
                ["date_range": range, "counties": ["BAKER"], "maximum_files": 1]
            )
            let loading: JSONValue = ["dataset": "SDF", "table": "sales", "county": "BROWARD", "year": 2025]
            _ = try await check(workers, "data_quality", "load_data", loading)
            _ = try await check(workers, "data_quality", "sync_live", [:])
            let discovery: JSONValue = ["table": "sales", "dataset": "SDF"]
            _ = try await check(workers, "data_quality", "discover_fields", discovery)
            let mapping: JSONValue = ["name": "m", "dataset": "SDF", "columns": ["Sale Price", "PARCEL_ID"]]
            _ = try await check(workers, "data_quality", "create_mapping", mapping)
            for action in ["sync_entities", "monitor_status", "generate_dashboard_metrics"] {
                _ = try await check(workers, "sunbiz", action, [:])
            }
        }
    }

    @Test("name the very parameters that the action decodes")
    func parameterNames() async throws {
        try await TestWorkers.run { workers in
            for kind in WorkerCatalog.kinds {
                for action in WorkerCatalog.actions(for: kind.name, environment: workers.environment) {
                    #expect(type(of: action).described.parameters != .any, "\(type(of: action).name)")
                    try Self.compare(action)
                }
            }
        }
    }

    /// Every name of the schema is asked for when parameters are decoded, and no other.
    private static func compare<A: Action>(_ action: A) throws {
        let recorder = KeyRecorder()
        _ = try? A.Parameters(from: RecordingDecoder(recorder: recorder))
        let declared = Set(A.parameterSchema.properties.map(\.name))
        // A required member of a nested type ends the decoding: what was asked for by then is declared.
        #expect(recorder.keys.isSubset(of: declared), "\(A.name): \(recorder.keys.subtracting(declared))")
        #expect(recorder.keys == declared, "\(A.name): \(declared.subtracting(recorder.keys))")
    }
}
