import JobModel
import JobQueue
import PostgresClient

/// An entry as results show it: its body as JSON.
struct ShownEntry: Encodable, Sendable {
    let sequence: Int
    let kind: HistoryEntry.Kind
    let event: String
    let subject: String
    let operationID: String?
    let actor: String
    let happenedAt: String
    let recordedAt: String
    let detail: JSONValue
    let hash: String

    enum CodingKeys: String, CodingKey {
        case sequence, kind, event, subject, actor, detail, hash
        case operationID = "operation_id"
        case happenedAt = "happened_at"
        case recordedAt = "recorded_at"
    }

    init(_ entry: HistoryEntry) {
        sequence = entry.sequence
        kind = entry.kind
        event = entry.event
        subject = entry.subject
        operationID = entry.operationID
        actor = entry.actor
        happenedAt = MomentText.text(milliseconds: entry.happenedMilliseconds)
        recordedAt = MomentText.text(milliseconds: entry.recordedMilliseconds)
        // A body that somebody made unreadable is shown as it is; the chain tells that it was changed.
        detail = (try? JSONValue(parsing: entry.body)) ?? .string(entry.body)
        hash = entry.hash
    }

    static let schema = JSONSchema.object([
        .required("sequence", .integer("its place in the chain, from 1", minimum: 1)),
        .required("kind", .string("what it is about", enum: HistoryEntry.Kind.allCases.map(\.rawValue))),
        .required("event", .string("what happened")),
        .required("subject", .string("the operation, job, escalation or checkpoint")),
        .optional("operation_id", .string("the operation that it belongs to")),
        .required("actor", .string("who did it; empty for the system")),
        .required("happened_at", .string("when, by the clock of Redis", format: "date-time")),
        .required("recorded_at", .string("when it was written", format: "date-time")),
        .required("detail", .any("more about it; payloads as size and SHA-256")),
        .required("hash", .string("SHA-256 over it and the hash of the entry before")),
    ])
}

/// A page of entries.
struct HistoryPage: Encodable, Sendable {
    let entries: [ShownEntry]
    let nextCursor: Int?

    enum CodingKeys: String, CodingKey {
        case entries
        case nextCursor = "next_cursor"
    }

    init(_ page: (entries: [HistoryEntry], next: Int?)) {
        entries = page.entries.map(ShownEntry.init)
        nextCursor = page.next
    }

    static func schema(_ summary: String) -> JSONSchema {
        .object([
            .required("entries", .array(of: ShownEntry.schema, summary)),
            .optional("next_cursor", .integer("the cursor of the next page; none after the last")),
        ])
    }
}

extension HistoryLog {
    /// How many of the entries that are shown have the hash of their fields.
    func soundness(of entries: [HistoryEntry]) -> ConfidencePart {
        let sound = entries.count { $0.isSound(namespace: namespace) }
        let share = entries.isEmpty ? 1 : Double(sound) / Double(entries.count)
        let basis =
            entries.isEmpty
            ? "no entry matches" : "\(sound) of \(entries.count) entries have the hash that they state"
        return ConfidencePart("entries_sound", share, basis: basis)
    }
}

extension JobFailure {
    /// Runs the body and turns a failed call of the database into a failure that says whether another attempt may help.
    static func naming<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as PostgresError {
            try Task.checkCancellation()
            let isOutage = error.isRetryable || error.code == .commitUnknown
            throw JobFailure(
                isOutage ? "database_unavailable" : "database_error",
                error.description,
                isRetryable: isOutage
            )
        }
    }

    /// A parameter whose value is none of the accepted ones.
    static func parameter(_ field: String, _ message: String) -> JobFailure {
        JobFailure("invalid_parameters", message, field: field)
    }
}
