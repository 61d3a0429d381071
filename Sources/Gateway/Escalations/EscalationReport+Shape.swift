import JobModel
import Orchestrator

extension EscalationReport {
    /// An escalation in a list, and after it was changed.
    static let shape = Shape("Escalation", schema)

    static let schema = JSONSchema.answer("A question to a person about the outcome of a job.", members)

    static let members: [JSONSchema.Property] = [
        .required("id", .string()),
        .required("version", .integer("A decision names the version that it was made on.", minimum: 1)),
        .required("state", .word(EscalationState.self)),
        .required("reason", .word(ReviewReason.self)),
        .required("blocking", .boolean("Whether the job waits for the decision; not for an audit sample's.")),
        .nullable("operation_id", .string()),
        .nullable("step", .string("The step's name in the plan, such as `E3`.")),
        .required("job_id", .string()),
        .required("queue", .string()),
        .required("action", .string()),
        .required("confidence", .number(minimum: 0, maximum: 1)),
        .required("threshold", .number(minimum: 0, maximum: 1)),
        .required("opened_at", .moment()),
        .nullable("due_at", .moment("When it should be decided.")),
        .required("tier", .integer("Of reviewers, from 1.", minimum: 1)),
        .nullable("assignee", .string("Who holds it.")),
        .nullable("claimed_until", .moment("Then it is open again.")),
        .nullable("assigned_to", .string("Who should decide.")),
        .nullable("resolution", .string("`approved`, `rejected`, `overridden` or `retried`.")),
        .nullable("reviewer", .string("Who decided.")),
        .nullable("comment", .string("What the reviewer wrote with the decision.")),
        .nullable("value", .any("What an override put in the result's place.")),
        .nullable("decided_at", .moment()),
        .required(
            "comments",
            .array(
                of: .answer([
                    .required("at", .moment()), .required("by", .string()), .required("text", .string()),
                ]),
                "Remarks, oldest first."
            )
        ),
        .required(
            "history",
            .array(
                of: .answer([
                    .required("at", .moment()),
                    .required("version", .integer(minimum: 1)),
                    .required("event", .string("Such as `opened`, `claimed`, `approved`, `undone`.")),
                    .nullable("by", .string("Null for the system.")),
                ]),
                "Changes, oldest first."
            )
        ),
    ]

    static let example: JSONValue = [
        "id": "esc-3-op-20251020-143022-a1b2c3d4:E2", "version": 1, "state": "open", "reason": "low_confidence",
        "blocking": true, "operation_id": "op-20251020-143022-a1b2c3d4", "step": "E2",
        "job_id": "op-20251020-143022-a1b2c3d4:E2", "queue": "data_quality", "action": "validate", "confidence": 0.42,
        "threshold": 0.7, "opened_at": "2025-10-20T14:30:23.000Z", "due_at": nil, "tier": 1, "assignee": nil,
        "claimed_until": nil, "assigned_to": nil, "resolution": nil, "reviewer": nil, "comment": nil, "value": nil,
        "decided_at": nil, "comments": [],
        "history": [["at": "2025-10-20T14:30:23.000Z", "version": 1, "event": "opened", "by": nil]],
    ]
}

extension EscalationDetail {
    /// One escalation with everything that a reviewer decides by.
    static let shape = Shape(
        "EscalationDetail",
        .answer(
            "An escalation and what stands around it.",
            EscalationReport.members + [
                .nullable("job_state", .word(JobState.self, "Null when the job's record is gone.")),
                .nullable("parameters", .any("With what the job ran.")),
                .nullable("result", .any("What is to be judged.")),
                .nullable("result_schema", .document("The JSON Schema against which an override's value is held.")),
                .nullable("confidence_parts", OperationReport.confidenceParts),
                .nullable("attempts", .integer(minimum: 0)),
                .nullable("deliveries", .integer(minimum: 0)),
                .required("errors", JobReport.errors),
                .nullable("guidance", .string("What a reviewer told an earlier run.")),
                .required(
                    "evidence",
                    .array(
                        of: .answer([
                            .nullable("step", .string()),
                            .required("job_id", .string()),
                            .required("queue", .string()),
                            .required("action", .string()),
                            .required("state", .word(JobState.self)),
                            .nullable("result", .any),
                            .nullable("confidence", .number(minimum: 0, maximum: 1)),
                            .nullable("confidence_parts", OperationReport.confidenceParts),
                            .nullable("review", .string()),
                        ]),
                        "Jobs whose results it started from."
                    )
                ),
                .required(
                    "releases",
                    .array(
                        of: .answer([
                            .nullable("step", .string()),
                            .required("job_id", .string()),
                            .required("queue", .string()),
                            .required("action", .string()),
                            .required("ready", .boolean("Whether approval makes it ready at once.")),
                        ]),
                        "Jobs that wait for it."
                    )
                ),
            ]
        )
    )

    static var example: JSONValue {
        guard case .object(let members) = EscalationReport.example else { return EscalationReport.example }
        let more: [String: JSONValue] = [
            "job_state": "escalated", "parameters": ["table": "staging.r1"], "result": ["rows_valid": 42],
            "result_schema": ["type": "object"],
            "confidence_parts": [["name": "valid_rows", "value": 0.42, "basis": "42 of 100 rows"]], "attempts": 0,
            "deliveries": 1, "errors": [], "guidance": nil, "evidence": [], "releases": [],
        ]
        return .object(members.merging(more) { _, new in new })
    }
}
