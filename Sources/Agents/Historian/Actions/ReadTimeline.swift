import JobModel
import JobQueue

/// `historian.timeline`: what happened, the oldest first: of one operation, or of all.
struct ReadTimeline: Action {
    static let name = "timeline"
    static let summary = "Tells what happened to one operation, or to all, the oldest first."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var operationID: String?
        var since: String?
        var until: String?
        var limit: Int?
        var cursor: Int?

        private enum CodingKeys: String, CodingKey {
            case since, until, limit, cursor
            case operationID = "operation_id"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("operation_id", .string("only of this operation")),
        .optional("since", .string("not before this moment or day", format: "date-time")),
        .optional("until", .string("not after this moment or day", format: "date-time")),
        .optional("limit", .integer("the most entries of one page", minimum: 1, maximum: 1000, default: 200)),
        .optional("cursor", .integer("the next_cursor of the page before", minimum: 1)),
    ])

    static let resultSchema = HistoryPage.schema("the entries, the oldest first")

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<HistoryPage> {
        let history = try environment.history()
        let filter = try HistoryFilter(
            operation: parameters.operationID,
            sinceMilliseconds: SearchHistory.moment(parameters.since, "since"),
            untilMilliseconds: SearchHistory.moment(parameters.until, "until"),
            cursor: parameters.cursor,
            limit: parameters.limit ?? 200
        )
        return try await JobFailure.naming {
            let page = try await history.oldest(filter)
            return .measured(HistoryPage(page), parts: [history.soundness(of: page.entries)])
        }
    }
}
