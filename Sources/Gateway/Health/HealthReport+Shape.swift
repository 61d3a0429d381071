import JobModel

extension HealthReport {
    /// What `GET /health` of an orchestrator answers.
    static let shape = Shape(
        "Health",
        .answer(
            "Counts are null while Redis is gone.",
            [
                .required("status", .string(enum: ["healthy", "unhealthy"])),
                .optional("reason", .string("Why it is not healthy.")),
                .required("redis_connected", .boolean()),
                .required("langgraph_available", .boolean("Kept for old clients: the plan state machine is loaded.")),
                .nullable("active_operations", .integer(minimum: 0)),
                .nullable("escalation_queue", .integer("Escalations that wait.", minimum: 0)),
                .nullable("registered_workers", .integer("Worker kinds with a live process.", minimum: 0)),
                .required(
                    "config",
                    .answer([
                        .required("confidence_threshold", .number(minimum: 0, maximum: 1)),
                        .required("context_compression", .boolean()),
                        .required("rewoo_planning", .boolean()),
                    ])
                ),
                .nullable(
                    "durability",
                    .answer(
                        "What Redis promises now.",
                        [
                            .required("append_fsync", .string("`always`, `everysec`, `no`, `off`, or `unknown`.")),
                            .required("eviction_policy", .string()),
                            .required("replicas", .integer(minimum: 0)),
                            .required("warnings", .array(of: .string(), "Where that is weaker than needed.")),
                        ]
                    )
                ),
                .nullable("agents", .map(of: .integer(minimum: 1), "Live processes of the global agents, by name.")),
                .nullable("workers", .map(of: .integer(minimum: 1), "Live worker processes, by kind.")),
                .required("version", .string()),
            ]
        )
    )

    static let example: JSONValue = [
        "status": "healthy", "redis_connected": true, "langgraph_available": true, "active_operations": 0,
        "escalation_queue": 0, "registered_workers": 6,
        "config": ["confidence_threshold": 0.7, "context_compression": true, "rewoo_planning": true],
        "durability": ["append_fsync": "everysec", "eviction_policy": "noeviction", "replicas": 0, "warnings": []],
        "agents": ["historian": 1], "workers": ["sunbiz": 1], "version": "0.2.0",
    ]

    /// What an unhealthy server answers with 503, in the same form.
    static let unhealthyExample: JSONValue = [
        "status": "unhealthy", "reason": "Redis cannot be reached", "redis_connected": false,
        "langgraph_available": true, "active_operations": nil, "escalation_queue": nil, "registered_workers": nil,
        "config": ["confidence_threshold": 0.7, "context_compression": true, "rewoo_planning": true],
        "durability": nil, "agents": nil, "workers": nil, "version": "0.2.0",
    ]
}
