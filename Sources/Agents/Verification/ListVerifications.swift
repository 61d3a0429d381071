import JobModel
import JobQueue
import Orchestrator

/// `verification.history`: the verdicts on record, the newest first.
struct ListVerifications: Action {
    static let name = "history"
    static let summary =
        "Lists the verdicts on record, the newest first; with their claims where one operation is asked for."
    let environment: AgentEnvironment

    struct Parameters: Decodable, Sendable {
        var operationID: String?
        var status: String?
        var limit: Int?
        var cursor: Int?

        private enum CodingKeys: String, CodingKey {
            case status, limit, cursor
            case operationID = "operation_id"
        }
    }

    struct Result: Encodable, Sendable {
        var verifications: [VerificationStore.Recorded]
        var nextCursor: Int?

        enum CodingKeys: String, CodingKey {
            case verifications
            case nextCursor = "next_cursor"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("operation_id", .string("only of this operation, with the claims")),
        .optional(
            "status",
            .string("only with this verdict", enum: ["verified", "refuted", "inconclusive"])
        ),
        .optional("limit", .integer("the most of one page", minimum: 1, maximum: 500, default: 50)),
        .optional("cursor", .integer("the next_cursor of the page before", minimum: 0)),
    ])

    static let resultSchema = JSONSchema.object([
        .required(
            "verifications",
            .array(
                of: .object([
                    .required("id", .string("the job that found it")),
                    .required("operation_id", .string("the operation")),
                    .required("operation_type", .string("its type")), .required("status", .string("the verdict")),
                    .optional("confidence", .number("the share of checked claims that hold", minimum: 0, maximum: 1)),
                    .required("verified", .integer(minimum: 0)), .required("refuted", .integer(minimum: 0)),
                    .required("unchecked", .integer(minimum: 0)),
                    .required("checked_at", .string("when", format: "date-time")),
                    .optional("claims", .array(of: Claim.schema, "what was looked at")),
                ])
            )
        ),
        .optional("next_cursor", .integer("the cursor of the next page; none after the last")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        _ = try environment.database()
        _ = try environment.door()
        guard let store = VerificationStore(environment) else {
            throw JobFailure("not_configured", "this action needs PostgreSQL and the queue")
        }
        let limit = parameters.limit ?? 50
        return try await JobFailure.naming {
            let found = try await store.list(
                operation: parameters.operationID,
                status: parameters.status,
                before: parameters.cursor,
                limit: limit + 1
            )
            let page = found.prefix(limit)
            let result = Result(
                verifications: page.map(\.verdict),
                nextCursor: found.count > limit ? page.last?.milliseconds : nil
            )
            // A verdict rests on the operation that it is of: whether that is still on record is what can be told here.
            var known = 0
            for verdict in page {
                if let id = JobID(rawValue: verdict.verdict.operationID),
                    try await environment.door().record(id) != nil
                {
                    known += 1
                }
            }
            let part = ConfidencePart(
                "operations_on_record",
                page.isEmpty ? 1 : Double(known) / Double(page.count),
                basis: page.isEmpty ? "no verdict matches" : "\(known) of \(page.count) operations are still on record"
            )
            return .measured(result, parts: [part])
        }
    }
}
