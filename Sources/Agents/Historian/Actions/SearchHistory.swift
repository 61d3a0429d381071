import JobModel
import JobQueue

/// `historian.search`: finds entries of the history, the newest first.
struct SearchHistory: Action {
    static let name = "search"
    static let summary = "Finds entries of the history by words, kind, person and time, the newest first."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var q: String?
        var kind: String?
        var operationID: String?
        var actor: String?
        var since: String?
        var until: String?
        var limit: Int?
        var cursor: Int?

        private enum CodingKeys: String, CodingKey {
            case q, kind, actor, since, until, limit, cursor
            case operationID = "operation_id"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("q", .string("words that must all stand in the entry", maxLength: 500)),
        .optional("kind", .string("only of this kind", enum: HistoryEntry.Kind.allCases.map(\.rawValue))),
        .optional("operation_id", .string("only of this operation")),
        .optional("actor", .string("only by this person")),
        .optional("since", .string("not before this moment or day", format: "date-time")),
        .optional("until", .string("not after this moment or day", format: "date-time")),
        .optional("limit", .integer("the most entries of one page", minimum: 1, maximum: 500, default: 50)),
        .optional("cursor", .integer("the next_cursor of the page before", minimum: 1)),
    ])

    static let resultSchema = HistoryPage.schema("the entries, the newest first")

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<HistoryPage> {
        let history = try environment.history()
        let filter = try HistoryFilter(
            words: parameters.q.flatMap { $0.isEmpty ? nil : $0 },
            operation: parameters.operationID,
            kind: parameters.kind.flatMap(HistoryEntry.Kind.init),
            actor: parameters.actor,
            sinceMilliseconds: Self.moment(parameters.since, "since"),
            untilMilliseconds: Self.moment(parameters.until, "until"),
            cursor: parameters.cursor,
            limit: parameters.limit ?? 50
        )
        return try await JobFailure.naming {
            let page = try await history.newest(filter)
            return .measured(HistoryPage(page), parts: [history.soundness(of: page.entries)])
        }
    }

    static func moment(_ text: String?, _ field: String) throws(JobFailure) -> Int? {
        guard let text else { return nil }
        guard let moment = MomentText.milliseconds(text) else {
            throw .parameter(field, "is a day such as 2025-07-01, or a moment such as 2025-07-01T12:00:00Z")
        }
        return moment
    }
}
