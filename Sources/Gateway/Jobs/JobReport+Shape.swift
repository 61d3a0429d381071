import JobModel
import Orchestrator

extension JobReport {
    /// What the reads of jobs answer.
    static let shape = Shape("Job", schema)

    static let schema = JSONSchema.answer(
        "A job as it is now.",
        [
            .required("id", .string()),
            .required("state", .word(JobState.self)),
            .required("queue", .string()),
            .required("action", .string()),
            .required("lane", .word(Lane.self)),
            .required("parameters", .any),
            .required("attempts", .integer("Runs that ended with an error.", minimum: 0)),
            .required("max_attempts", .integer(minimum: 1)),
            .required("deliveries", .integer("Hand-outs, also those that ended in a crash.", minimum: 0)),
            .required("max_deliveries", .integer(minimum: 1)),
            .nullable("result", .any),
            .nullable("confidence", .number(minimum: 0, maximum: 1)),
            .required("confidence_threshold", .number(minimum: 0, maximum: 1)),
            .nullable("confidence_parts", OperationReport.confidenceParts),
            .required("errors", errors),
            .nullable("progress", .document("How far it is.")),
            .nullable("escalation", .string("That it waits for, or waited for last.")),
            .nullable("review", .string("A reviewer's decision.")),
            .nullable("guidance", .string("What a reviewer told the next run.")),
            .nullable("cause", .string("Why it ended, where the state does not say it.")),
            .nullable("operation_id", .string()),
            .required("parents", .array(of: .string(), "Jobs that it waits for.")),
            .nullable("worker", .string("The process that runs it.")),
            .required("cancelling", .boolean("Whether its worker is being told to stop.")),
            .required("created_at", .moment()),
            .nullable("started_at", .moment()),
            .nullable("ended_at", .moment()),
        ]
    )

    /// A job's failed runs.
    static let errors = JSONSchema.array(
        of: .answer([
            .required("at", .moment()),
            .required("attempt", .integer(minimum: 0)),
            .required("code", .string()),
            .required("message", .string()),
            .nullable("field", .string("The parameter that is wrong.")),
            .required("retryable", .boolean()),
        ])
    )

    static let example: JSONValue = [
        "id": "j-0k3v8g2m1c", "state": "completed", "queue": "florida_data", "action": "download", "lane": "normal",
        "parameters": ["county": "BROWARD"], "attempts": 0, "max_attempts": 5, "deliveries": 1, "max_deliveries": 5,
        "result": ["rows": 12], "confidence": 1.0, "confidence_threshold": 0.7,
        "confidence_parts": [["name": "valid_rows", "value": 1.0, "basis": "12 of 12 rows"]], "errors": [],
        "progress": nil, "escalation": nil, "review": nil, "guidance": nil, "cause": nil, "operation_id": nil,
        "parents": [], "worker": nil, "cancelling": false, "created_at": "2025-10-20T14:30:22.000Z",
        "started_at": "2025-10-20T14:30:22.004Z", "ended_at": "2025-10-20T14:30:22.120Z",
    ]
}

extension JobSubmission {
    /// A job as a body names it.
    static let schema = JSONSchema.object([
        .required("queue", name),
        .required("action", name),
        .optional("parameters", .document()),
        .optional("priority", .integer("From low to high.", minimum: 1, maximum: 10, default: 5)),
        .optional(
            "delay_ms",
            .integer("How long it waits before it is ready.", minimum: 0, maximum: longestMilliseconds)
        ),
        .optional("idempotency_key", .string(minLength: 1, maxLength: 256)),
        .optional(
            "policy",
            .object([
                .optional("confidence_threshold", .number("Below it, a person decides.", minimum: 0, maximum: 1)),
                .optional("max_attempts", .integer(minimum: 1, maximum: 1000)),
                .optional("max_deliveries", .integer(minimum: 1, maximum: 1000)),
                .optional("timeout_ms", .integer("Of one run.", minimum: 1, maximum: longestMilliseconds)),
                .optional(
                    "retention_ms",
                    .integer("Of its record after its end.", minimum: 0, maximum: longestMilliseconds)
                ),
                .optional("on_exhausted", .string(enum: ["dead", "escalate"])),
                .optional(
                    "backoff",
                    .object(
                        [
                            .optional("base_ms", .integer(minimum: 0, maximum: longestMilliseconds)),
                            .optional("factor", .number(minimum: 1, maximum: 100)),
                            .optional("cap_ms", .integer(minimum: 0, maximum: longestMilliseconds)),
                            .optional("jitter", .number(minimum: 0, maximum: 1)),
                        ],
                        "The waits between runs."
                    )
                ),
            ])
        ),
    ])

    /// What was asked of a job's durability, beside the job or the jobs.
    static let durability = JSONSchema.Property.optional(
        "durability",
        .string("`memory`, or `replicated(N)` for N replicas that have it.", default: "memory")
    )

    private static let name = JSONSchema.string(
        "a-z 0-9 _ . -, a letter first.",
        minLength: 1,
        maxLength: 64
    )

    static let example: JSONValue = [
        "queue": "florida_data", "action": "download", "parameters": ["county": "BROWARD", "dataset": "SDF"],
        "priority": 5,
    ]
}
