import JobModel
import JobQueue

/// `historian.snapshot`: how things stood, by the history alone: an operation, or everything as of a checkpoint or entry.
struct ReadSnapshot: Action {
    static let name = "snapshot"
    static let summary = "Tells how an operation, or everything, stood at a place of the history."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var id: String
        var at: Int?
    }

    /// How one step stood.
    struct StepState: Encodable, Sendable {
        var job: String
        var step: String?
        var worker: String?
        var action: String?
        var state: String
        var confidence: Double?
        var since: String
    }

    struct Result: Encodable, Sendable {
        var id: String
        /// The last entry that counts.
        var sequence: Int
        var hash: String
        var at: String
        /// Entries that it rests on.
        var entries: Int
        var operation: Operation?
        var system: System?
    }

    struct Operation: Encodable, Sendable {
        var operationType: String?
        var state: String
        var confidence: Double?
        var error: String?
        var steps: [StepState]
        var decisions: [ShownEntry]

        enum CodingKeys: String, CodingKey {
            case state, confidence, error, steps, decisions
            case operationType = "operation_type"
        }
    }

    struct System: Encodable, Sendable {
        /// Entries by kind.
        var entries: [String: Int]
        /// Operations by their newest state.
        var operations: [String: Int]
    }

    static let parameterSchema = JSONSchema.object([
        .required("id", .string("an operation (op-…), a checkpoint (cp-12), or the number of an entry", minLength: 1)),
        .optional("at", .integer("of an operation: as of this entry; as of the newest by default", minimum: 1)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("id", .string("what was asked for")),
        .required("sequence", .integer("the last entry that counts", minimum: 1)),
        .required("hash", .string("its hash")),
        .required("at", .string("when it happened", format: "date-time")),
        .required("entries", .integer("entries that it rests on", minimum: 1)),
        .optional(
            "operation",
            .object([
                .optional("operation_type", .string("its type")), .required("state", .string("its state")),
                .optional("confidence", .number("its score at the end", minimum: 0, maximum: 1)),
                .optional("error", .string("what went wrong")),
                .required(
                    "steps",
                    .array(
                        of: .object([
                            .required("job", .string("the step's job")), .optional("step", .string("its name")),
                            .optional("worker", .string("the worker")), .optional("action", .string("the action")),
                            .required("state", .string("its state")),
                            .optional("confidence", .number("of its result", minimum: 0, maximum: 1)),
                            .required("since", .string("since when", format: "date-time")),
                        ])
                    )
                ),
                .required("decisions", .array(of: ShownEntry.schema, "what people decided")),
            ])
        ),
        .optional(
            "system",
            .object([
                .required("entries", .map(of: .integer(minimum: 0), "entries by kind")),
                .required("operations", .map(of: .integer(minimum: 0), "operations by their newest state")),
            ])
        ),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let history = try environment.history()
        return try await JobFailure.naming {
            if parameters.id.hasPrefix("op-") {
                return try await operation(parameters.id, through: parameters.at, history)
            }
            let text = parameters.id.hasPrefix("cp-") ? parameters.id.dropFirst(3) : parameters.id[...]
            guard let sequence = Int(text), sequence > 0 else {
                throw JobFailure.parameter(
                    "id",
                    "is an operation (op-…), a checkpoint (cp-12), or the number of an entry"
                )
            }
            let entry = try await history.entry(sequence)
            let isCheckpoint = parameters.id.hasPrefix("cp-")
            guard let entry, !isCheckpoint || entry.kind == .checkpoint else {
                let what = isCheckpoint ? "checkpoint" : "entry"
                throw JobFailure("unknown_entry", "the history has no \(what) \(parameters.id)", field: "id")
            }
            let counts = try await history.counts(through: sequence)
            let result = Result(
                id: parameters.id,
                sequence: sequence,
                hash: entry.hash,
                at: MomentText.text(milliseconds: entry.happenedMilliseconds),
                entries: counts.values.reduce(0, +),
                system: System(entries: counts, operations: try await history.states(through: sequence))
            )
            return .measured(result, parts: [history.soundness(of: [entry])])
        }
    }

    private func operation(_ id: String, through last: Int?, _ history: HistoryLog) async throws -> Outcome<Result> {
        var entries: [HistoryEntry] = []
        var cursor: Int?
        repeat {
            let page = try await history.oldest(HistoryFilter(operation: id, cursor: cursor, limit: 1000))
            entries += page.entries.filter { $0.sequence <= last ?? .max }
            cursor = page.next
        } while cursor.map { $0 < last ?? .max } ?? false
        guard let newest = entries.last else {
            throw JobFailure("unknown_operation", "the history has nothing of \(id) at that place", field: "id")
        }
        let result = Result(
            id: id,
            sequence: newest.sequence,
            hash: newest.hash,
            at: MomentText.text(milliseconds: newest.happenedMilliseconds),
            entries: entries.count,
            operation: Self.fold(entries)
        )
        return .measured(result, parts: [history.soundness(of: entries)])
    }

    /// How an operation stood after these entries.
    private static func fold(_ entries: [HistoryEntry]) -> Operation {
        var operation = Operation(state: "unknown", steps: [], decisions: [])
        for entry in entries {
            let body = (try? JSONValue(parsing: entry.body)) ?? [:]
            switch entry.kind {
            case .operation:
                operation.state = entry.event
                operation.operationType = body["operation_type"]?.string ?? operation.operationType
                operation.confidence = body["confidence"]?.double
                operation.error = body["error"]?.string
            case .step:
                let state = StepState(
                    job: entry.subject,
                    step: body["step"]?.string,
                    worker: body["worker"]?.string,
                    action: body["action"]?.string,
                    state: entry.event,
                    confidence: body["confidence"]?.double,
                    since: MomentText.text(milliseconds: entry.happenedMilliseconds)
                )
                if let index = operation.steps.firstIndex(where: { $0.job == entry.subject }) {
                    operation.steps[index] = state
                } else {
                    operation.steps.append(state)
                }
            case .decision: operation.decisions.append(ShownEntry(entry))
            case .checkpoint, .notice: break
            }
        }
        return operation
    }
}
