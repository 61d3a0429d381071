import JobModel

extension QueueReport {
    /// A queue in the list of queues.
    static let schema = JSONSchema.answer([
        .required("queue", .string()),
        .required("paused", .boolean()),
        .required("ready", .integer("In all lanes.", minimum: 0)),
        .required("lanes", .map(of: .integer(minimum: 0), "Ready jobs by lane: high, normal, low.")),
        .required("running", .integer(minimum: 0)),
        .required("delayed", .integer("Jobs that wait for their due time.", minimum: 0)),
        .nullable("oldest_ready_at", .moment()),
        .required("counters", .map(of: .integer(minimum: 0), "What happened since the namespace began, by kind.")),
    ])

    static let example: JSONValue = [
        "queue": "florida_data", "paused": false, "ready": 3, "lanes": ["high": 0, "normal": 3, "low": 0],
        "running": 2, "delayed": 1, "oldest_ready_at": "2025-10-20T14:30:22.004Z",
        "counters": ["enqueued": 120, "completed": 114],
    ]
}

extension WorkerReport {
    /// A process in the list of workers.
    static let schema = JSONSchema.answer([
        .required("id", .string("New at every start.")),
        .required("queue", .string()),
        .required("host", .string()),
        .required("pid", .integer(minimum: 0)),
        .required("concurrency", .integer("How many jobs it runs at once.", minimum: 1)),
        .required("running", .integer(minimum: 0)),
        .required("settled", .integer("Outcomes since its start.", minimum: 0)),
        .required("started_at", .moment()),
        .required("actions", .array(of: .string())),
        .required("version", .string()),
    ])

    static let example: JSONValue = [
        "id": "w-1f0c", "queue": "florida_data", "host": "db1", "pid": 4711, "concurrency": 8, "running": 2,
        "settled": 114, "started_at": "2025-10-20T14:00:00.000Z", "actions": ["download", "process", "upload"],
        "version": "0.2.0",
    ]
}
