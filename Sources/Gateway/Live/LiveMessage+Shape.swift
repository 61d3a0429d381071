import JobModel

extension EventReport {
    /// One transition.
    static let schema = JSONSchema.answer([
        .required("id", .string("Its place: later events of an operation have larger ones.")),
        .required("at", .moment("Server time.")),
        .required("subject", .string("What changed: an operation, a job, an escalation or a queue.")),
        .nullable("operation_id", .string()),
        .nullable("step", .string("The step's name in the plan, such as `E1`.")),
        .required("state", .string("The new state.")),
        .required("detail", .string("More about it; empty for none.")),
    ])

    static let example: JSONValue = [
        "id": "1760970622004-0.0", "at": "2025-10-20T14:30:22.004Z", "subject": "op-20251020-143022-a1b2c3d4:E1",
        "operation_id": "op-20251020-143022-a1b2c3d4", "step": "E1", "state": "running", "detail": "florida_data",
    ]
}

extension LiveMessage {
    /// A message of `/ws`.
    static let shape = Shape(
        "LiveMessage",
        .answer(
            "What changed since the message before.",
            [
                .optional("operation_id", .string("Where the listener named one; the counts are then its own.")),
                .optional("status", .string("That operation's state.")),
                .required("active_operations", .integer("Operations that have not ended.", minimum: 0)),
                .required("escalations", .integer("Escalations that wait.", minimum: 0)),
                .required("timestamp", .moment()),
                .required("events", .array(of: EventReport.schema, "Oldest first.")),
                .optional("events_omitted", .integer("Older events that are left out.", minimum: 1)),
            ]
        )
    )

    static let example: JSONValue = [
        "active_operations": 1, "escalations": 0, "timestamp": "2025-10-20T14:30:22.104Z",
        "events": [EventReport.example],
    ]
}
