import JobModel
import Orchestrator

extension OperationReport {
    /// What `POST /operations` and the reads of operations answer.
    static let shape = Shape("Operation", schema)

    static let schema = JSONSchema.answer(
        "An operation as it is now.",
        [
            .required("operation_id", .string("Such as `op-20251020-143022-a1b2c3d4`.")),
            .required("operation_type", .string()),
            .required("status", .word(OperationState.self)),
            .required("result", results),
            .nullable("error", .string("What went wrong, for a person.")),
            .required("confidence_score", .number("0 while nothing has completed.", minimum: 0, maximum: 1)),
            .required("confidence", confidence),
            .required("requires_human", .boolean("Whether a person is asked.")),
            .required("execution_time_ms", .number(minimum: 0)),
            .required("token_usage", .integer("Counted tokens of the language model; 0 without one.", minimum: 0)),
            .required("metadata", .document("What the caller gave.")),
            .required("created_at", .moment()),
            .required("escalations", .array(of: .string(), "Those that wait.")),
            .optional(
                "plan",
                .answer(
                    "The plan that is pinned to it.",
                    [
                        .required("template", .string()), .required("version", .integer()),
                        .required("hash", .string("SHA-256 of the plan.")),
                    ]
                )
            ),
            .optional("planning", .document("How the plan of a custom goal was made.")),
            .optional("answer", .any("The answer to a custom goal.")),
            .optional("verification", verification),
        ]
    )

    private static let confidence = JSONSchema.answer(
        "How the score came about.",
        [
            .required("score", .number(minimum: 0, maximum: 1)),
            .required("minimum", .number("The least of the steps that count.", minimum: 0, maximum: 1)),
            .optional(
                "weakest",
                .answer(
                    "The step that has it.",
                    [
                        .required("step", .string()),
                        .required("confidence", .number(minimum: 0, maximum: 1)),
                        .optional("why", .string()),
                    ]
                )
            ),
            .required("steps", .array(of: .string(), "The steps that the answer rests on.")),
            .optional(
                "verification",
                .number("The share of the checked claims that hold, a factor of the score.", minimum: 0, maximum: 1)
            ),
        ]
    )

    private static let verification = JSONSchema.answer(
        "What the verification agent found when it looked again at what the steps claim.",
        [
            .required("status", .word(VerificationVerdict.Status.self)),
            .optional("confidence", .number("The share of the checked claims that hold.", minimum: 0, maximum: 1)),
            .required("verified", .integer("Claims that hold.", minimum: 0)),
            .required("refuted", .integer("Claims that do not.", minimum: 0)),
            .required("unchecked", .integer("Claims that could not be checked.", minimum: 0)),
            .required("refuted_claims", .array(of: .string(), "The first twenty of those that do not hold.")),
            .optional("reason", .string("Why nobody looked, or nothing could be checked.")),
        ]
    )

    private static let results = JSONSchema.answer([
        .required("steps_executed", .integer(minimum: 0)),
        .required("steps_successful", .integer(minimum: 0)),
        .required("steps_failed", .integer(minimum: 0)),
        .required("results", .array(of: step, "The steps in the order of the plan.")),
    ])

    private static let step = JSONSchema.answer([
        .required("step", .integer("Its number, from 1.", minimum: 1)),
        .required("name", .string("Its evidence name, such as `E1`.")),
        .required("branch", .string("Such as `BROWARD SDF`; empty outside of branches.")),
        .required("worker", .string()),
        .required("action", .string()),
        .required(
            "status",
            .string("A job's state, or `pending`.", enum: JobState.allCases.map(\.rawValue) + ["pending"])
        ),
        .optional("confidence", .number(minimum: 0, maximum: 1)),
        .optional("confidence_parts", confidenceParts),
        .optional("result", .any("What the action answered.")),
        .optional("execution_time_ms", .number(minimum: 0)),
        .required("attempts", .integer("Runs that ended with an outcome.", minimum: 0)),
        .required("deliveries", .integer("Hand-outs to a worker process.", minimum: 0)),
        .optional("review", .string("A reviewer's decision.")),
        .optional("error", .string()),
        .optional("progress", .document("How far a running step is.")),
    ])

    /// The measured parts of a confidence.
    static let confidenceParts = JSONSchema.array(
        of: .answer([
            .required("name", .string("What was measured, such as `valid_rows`.")),
            .required("value", .number(minimum: 0, maximum: 1)),
            .required("basis", .string("How, such as `95,332 of 95,332 rows`.")),
        ])
    )

    static let example: JSONValue = [
        "operation_id": "op-20251020-143022-a1b2c3d4", "operation_type": "data_pipeline", "status": "completed",
        "result": [
            "steps_executed": 1, "steps_successful": 1, "steps_failed": 0,
            "results": [
                [
                    "step": 1, "name": "E1", "branch": "BROWARD NAL", "worker": "florida_data", "action": "download",
                    "status": "completed", "confidence": 1.0, "result": ["file": "NAL16P202501.csv"],
                    "execution_time_ms": 12.3, "attempts": 1, "deliveries": 1,
                ]
            ],
        ],
        "error": nil, "confidence_score": 0.85,
        "confidence": [
            "score": 0.85, "minimum": 0.85, "weakest": ["step": "E2", "confidence": 0.85], "steps": ["E1", "E2"],
        ],
        "plan": ["template": "data_pipeline", "version": 1, "hash": "9f86d081884c7d65"], "requires_human": false,
        "execution_time_ms": 2345.67,
        "token_usage": 0, "metadata": ["user_id": "123"], "created_at": "2025-10-20T14:30:22Z", "escalations": [],
    ]
}

extension OperationRequest {
    /// What `POST /operations` takes; the types are those of the deployment's templates.
    static func shape(types: [String]) -> Shape {
        Shape(
            "OperationRequest",
            .object([
                .required("operation_type", .string("Names a template.", enum: types)),
                .optional("parameters", .document("What the template needs.")),
                .optional("priority", .integer("From low to high.", minimum: 1, maximum: 10, default: 5)),
                .optional(
                    "timeout_seconds",
                    .integer("Waiting for people is not counted.", minimum: 10, maximum: 3600, default: 300)
                ),
                .optional("require_validation", .boolean("Whether post-conditions are checked.", default: true)),
                .optional("metadata", .document("Comes back with the operation.")),
            ])
        )
    }
}

extension Plan {
    /// What `GET /operations/{id}/plan` answers.
    static let shape = Shape(
        "Plan",
        .answer(
            "The steps of an operation: made once, before anything runs.",
            [
                .required("template", .string()),
                .required("version", .integer("Of the template.")),
                .required(
                    "steps",
                    .array(
                        of: .answer([
                            .required("name", .string("Its evidence name, such as `E1`.")),
                            .required("worker", .string()),
                            .required("action", .string()),
                            .required(
                                "parameters",
                                .any("References such as `#E1.file` are resolved when the step runs.")
                            ),
                            .required("after", .array(of: .string(), "Steps that it waits for.")),
                            .required("need", .integer("How many of them must complete.", minimum: 0)),
                            .required("threshold", .number("Below it, a person decides.", minimum: 0, maximum: 1)),
                            .optional("timeout_seconds", .integer("The longest run of one attempt.", minimum: 1)),
                            .required(
                                "audit_rate",
                                .number("Share of confident results that are sampled.", minimum: 0, maximum: 1)
                            ),
                            .required("branch", .string()),
                            .required("role", .string("The template's name of the step.")),
                        ])
                    )
                ),
                .required(
                    "checks",
                    .array(
                        of: .answer([
                            .required("says", .string()),
                            .required("left", .any("A reference or a value.")),
                            .required("right", .any("What it must equal.")),
                            .required("branch", .string()),
                            .required(
                                "verifies",
                                .array(of: .string(), "Steps that are verified in full when it holds.")
                            ),
                        ]),
                        "Conditions that must hold at the end."
                    )
                ),
                .optional("threshold", .number("Of the whole operation.", minimum: 0, maximum: 1)),
            ]
        )
    )

    static let example: JSONValue = [
        "template": "data_pipeline", "version": 1,
        "steps": [
            [
                "name": "E1", "worker": "florida_data", "action": "download", "parameters": ["county": "BROWARD"],
                "after": [], "need": 0, "threshold": 0.7, "audit_rate": 0.0,
                "branch": "BROWARD NAL", "role": "download",
            ]
        ],
        "checks": [
            [
                "says": "all rows are loaded", "left": "#E3.rows", "right": "#E2.rows", "branch": "BROWARD NAL",
                "verifies": ["E3"],
            ]
        ],
    ]
}

extension OperationExplanation {
    /// What `GET /operations/{id}/explain` answers.
    static let shape = Shape(
        "Explanation",
        .answer([
            .required("operation_id", .string()),
            .required("status", .word(OperationState.self)),
            .required("summary", .string("The most telling reason in one sentence.")),
            .required(
                "reasons",
                .array(
                    of: .answer([
                        .required("code", .word(Reason.Code.self)),
                        .required(
                            "step",
                            .string("The step, or `plan` or `conclude` for the orchestrator's own work.")
                        ),
                        .required("worker", .string()),
                        .required("message", .string()),
                        .optional("since", .moment()),
                        .optional("next", .moment("When something will happen by itself.")),
                    ]),
                    "In the order of the plan."
                )
            ),
        ])
    )

    static let example: JSONValue = [
        "operation_id": "op-20251020-143022-a1b2c3d4", "status": "executing",
        "summary": "E2 waits, and no live process works on data_quality",
        "reasons": [
            [
                "code": "no_live_worker", "step": "E2", "worker": "data_quality",
                "message": "no live process works on data_quality", "since": "2025-10-20T14:30:22Z",
            ]
        ],
    ]
}
