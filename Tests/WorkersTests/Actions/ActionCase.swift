import JobQueue
import Workers

/// An action with parameters that work in an ``ActionWorld``.
struct ActionCase: Sendable, CustomStringConvertible {
    let worker: QueueName
    let action: String
    /// What tells it from the other cases of the action; empty for the normal one.
    let variant: String
    let parameters: @Sendable (ActionWorld) -> JSONValue

    init(
        _ worker: QueueName,
        _ action: String,
        _ variant: String = "",
        _ parameters: @escaping @Sendable (ActionWorld) -> JSONValue = { _ in [:] }
    ) {
        self.worker = worker
        self.action = action
        self.variant = variant
        self.parameters = parameters
    }

    var description: String { "\(worker.rawValue).\(action)\(variant.isEmpty ? "" : " (\(variant))")" }

    /// The normal case of each action, in an order in which each finds what it needs.
    static let normal: [ActionCase] = [
        ActionCase("florida_data", "download") { _ in TestWorkers.broward("NAP", source: "sample") },
        ActionCase("florida_data", "process") { ["file": $0.file] },
        ActionCase("data_quality", "validate") { ["staging": $0.staging["SDF"] ?? .null] },
        ActionCase("florida_data", "upload") { ["staging": $0.staging["SDF"] ?? .null] },
        ActionCase("florida_data", "monitor") { _ in ["check_type": "health"] },
        ActionCase("florida_data", "fill_gaps") { _ in
            [
                "date_range": ["from": "2025-06-01", "to": "2025-07-31"], "counties": ["UNION"], "datasets": ["SDF"],
                "maximum_files": 1,
            ]
        },
        ActionCase("data_quality", "discover_fields") { _ in ["table": "sales", "dataset": "SDF"] },
        ActionCase("data_quality", "create_mapping") { _ in
            ["name": "own", "dataset": "SDF", "columns": ["Sale Price", "PARCEL_ID"]]
        },
        ActionCase("data_quality", "load_data") { _ in
            ["dataset": "SDF", "table": "sales", "county": "BROWARD", "year": 2025]
        },
        ActionCase("data_quality", "sync_live"),
        ActionCase("sunbiz", "sync_entities") { ["source": .string($0.register)] },
        ActionCase("sunbiz", "monitor_status") { ["source": .string($0.register)] },
        ActionCase("sunbiz", "generate_dashboard_metrics"),
        ActionCase("entity_matching", "match_entities"),
        ActionCase("entity_matching", "deduplicate") { _ in ["dataset": "tangible"] },
        ActionCase("entity_matching", "link_properties_to_entities") { ["matches": .string($0.matches)] },
        ActionCase("performance", "monitor_health"),
        ActionCase("performance", "analyze_performance"),
        ActionCase("performance", "check_data_parity"),
        ActionCase("performance", "track_completion") { _ in ["counties": ["BROWARD"], "as_of": "2025-11-22"] },
        ActionCase("ai_ml", "run_monitoring_ai"),
        ActionCase("ai_ml", "execute_self_healing") { _ in ["issue_type": "validation"] },
        ActionCase("ai_ml", "handle_chat_query") { _ in ["query": "how many sales are in Broward?"] },
        ActionCase("ai_ml", "assign_use_codes"),
        ActionCase("ai_ml", "store_rules") { _ in
            [
                "rules": [
                    [
                        "rule_id": "limit", "kind": "detector_threshold",
                        "body": ["detector": "spike", "threshold": 9],
                    ]
                ]
            ]
        },
    ]

    /// Cases that go before the normal ones, which would leave them nothing to do.
    static let early: [ActionCase] =
        ["NAL", "NAP"].map { dataset in
            ActionCase("florida_data", "upload", dataset) { ["staging": $0.staging[dataset] ?? .null] }
        } + [
            // The register's own files take the place of the companies that the owners agree with.
            ActionCase("entity_matching", "match_entities", "agreeing"),
            ActionCase("sunbiz", "sync_entities", "sample") { _ in ["source": "sample"] },
        ]

    /// Further cases, after the normal ones, in which actions reach what they do not always need.
    static let further: [ActionCase] =
        ["gaps", "quality", "performance"].map { type in
            ActionCase("florida_data", "monitor", type) { _ in ["check_type": .string(type)] }
        } + [
            ActionCase("florida_data", "fill_gaps", "other datasets") { _ in
                [
                    "date_range": ["from": "2025-06-01", "to": "2025-07-31"], "counties": ["UNION"],
                    "datasets": ["NAL", "NAP"],
                ]
            },
            ActionCase("data_quality", "discover_fields", "given") { _ in ["data": [["A": 1], ["A": 2]]] },
            ActionCase("data_quality", "create_mapping", "values") { _ in
                ["name": "other", "dataset": "SDF", "table": "sales"]
            },
            ActionCase("data_quality", "load_data", "mapped") { _ in
                [
                    "dataset": "SDF", "mapping": ["name": "own"], "county": "BROWARD", "year": 2025,
                    "data": [["PARCEL_ID": "1", "SALE_ID_CD": "2", "CO_NO": 16, "ASMNT_YR": 2025]],
                ]
            },
            ActionCase("entity_matching", "deduplicate", "companies") { _ in ["county": "BROWARD"] },
            ActionCase("performance", "check_data_parity", "staged") { _ in ["sources": ["staged"]] },
            ActionCase("ai_ml", "assign_use_codes", "given") { _ in
                ["parcels": [["PARCEL_ID": "1", "CO_NO": 16]]]
            },
        ]
        + [
            "what companies are active?", "what is loaded?", "how many vacant parcels are in Broward?",
            "list operations",
        ].map { question in ActionCase("ai_ml", "handle_chat_query", question) { _ in ["query": .string(question)] } }
        + [
            "corruption", "missing", "duplicate", "performance", "referential", "staleness", "schema", "connection",
            "resource",
        ].map { type in
            ActionCase("ai_ml", "execute_self_healing", type) { _ in
                ["issue_type": .string(type), "mode": "dry_run"]
            }
        }
}
