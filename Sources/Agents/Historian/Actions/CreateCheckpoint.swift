import Logging
import JobModel
import JobQueue

/// `historian.create_checkpoint`: writes the state of the chain down, in the chain, in Redis and in the answer.
///
/// Whoever keeps the answer's `mark` elsewhere can later have the chain held against it, also when somebody has
/// rewritten both PostgreSQL and Redis.
struct CreateCheckpoint: Action {
    static let name = "create_checkpoint"
    static let summary = "Writes the state of the history down: in the chain, in Redis, and for who keeps the answer."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var note: String?
        var by: String?
    }

    struct Result: Encodable, Sendable {
        var id: String
        var sequence: Int
        var hash: String
        /// `SEQUENCE:HASH`, as `concord history verify --expect` takes it.
        var mark: String
        var createdAt: String
        /// Entries of the chain with this one.
        var entries: Int
        /// Entries checked since the checkpoint before.
        var checked: Int

        enum CodingKeys: String, CodingKey {
            case id, sequence, hash, mark, entries, checked
            case createdAt = "created_at"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("note", .string("why", maxLength: 500)), .optional("by", .string("who asks for it", maxLength: 100)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("id", .string("the checkpoint, as cp-12")),
        .required("sequence", .integer("its place in the chain", minimum: 1)),
        .required("hash", .string("its hash, which stands for the whole chain before it")),
        .required("mark", .string("SEQUENCE:HASH, to be kept elsewhere")),
        .required("created_at", .string("when", format: "date-time")),
        .required("entries", .integer("entries of the chain with this one", minimum: 1)),
        .required("checked", .integer("entries that were checked since the checkpoint before", minimum: 0)),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let history = try environment.history()
        return try await JobFailure.naming {
            let part = try await check(history, context)
            let eventID = "checkpoint/\(context.idempotencyKey)"
            let head = try await history.head()
            let note = HistoryNote(
                eventID: eventID,
                kind: .checkpoint,
                subject: "history",
                event: "created",
                actor: parameters.by ?? "",
                body: [
                    "note": .string(parameters.note ?? ""), "entries": .integer(head.sequence),
                    "head": .string(head.description),
                ]
            )
            _ = try await history.append([note])
            guard let entry = try await history.entry(event: eventID) else {
                throw JobFailure("history_damaged", "the checkpoint is not in the history that it was written to")
            }
            let mark = ChainMark(sequence: entry.sequence, hash: entry.hash)
            try await history.anchors.keep(mark)
            context.logger.info("history checkpoint created", metadata: ["sequence": "\(entry.sequence)"])
            let result = Result(
                id: "cp-\(entry.sequence)",
                sequence: entry.sequence,
                hash: entry.hash,
                mark: mark.description,
                createdAt: MomentText.text(milliseconds: entry.recordedMilliseconds),
                entries: entry.sequence,
                checked: part.checked
            )
            return .measured(result, parts: [part.part])
        }
    }

    /// Holds what was written since the newest checkpoint against itself.
    private func check(
        _ history: HistoryLog,
        _ context: JobContext
    ) async throws -> (part: ConfidencePart, checked: Int) {
        let newest = try await history.newest(HistoryFilter(kind: .checkpoint, limit: 1)).entries.first
        var sound = 0
        var checked = 0
        var previous: String?
        try await history.readAll(from: newest?.sequence ?? 1) { entry in
            checked += 1
            let isLinked = previous.map { $0 == entry.previousHash } ?? true
            if isLinked, entry.isSound(namespace: history.namespace) { sound += 1 }
            previous = entry.hash
            if checked.isMultiple(of: 2000) { context.report(done: checked, unit: "entries") }
        }
        let share = checked == 0 ? 1 : Double(sound) / Double(checked)
        let basis = "\(sound) of \(checked) entries since the checkpoint before are as they were written"
        return (ConfidencePart("entries_sound", share, basis: basis), checked)
    }
}
