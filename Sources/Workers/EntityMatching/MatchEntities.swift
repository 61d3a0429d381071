import JobQueue
import Logging
import PostgresClient
import PropertyData

/// `entity_matching.match_entities`: finds which records of two sets are one entity.
///
/// Pairs from the review threshold on are kept in table `entity_matches` under the job's idempotency key; running it again
/// replaces them. Pairs in doubt are one batch of the result: above a share of them the step waits for a person, who may
/// have it retried with `decisions`.
struct MatchEntities: Action {
    static let name = "match_entities"
    static let summary = "Finds which records of two tables or files are one entity."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        var datasetA: RecordSource?
        var datasetB: RecordSource?
        var county: CountyCode?
        var acceptFrom: Double?
        var reviewFrom: Double?
        var maximumReviewShare: Double?
        var massAddressLimit: Int?
        var decisions: [String: Bool]?

        private enum CodingKeys: String, CodingKey {
            case county, decisions
            case datasetA = "dataset_a"
            case datasetB = "dataset_b"
            case acceptFrom = "accept_from"
            case reviewFrom = "review_from"
            case maximumReviewShare = "maximum_review_share"
            case massAddressLimit = "mass_address_limit"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("dataset_a", RecordSource.schema),
        .optional("dataset_b", RecordSource.schema),
        .optional("county", JSONSchema(.string, .integer, summary: "Only property of this county.")),
        .optional(
            "accept_from",
            .number("The probability from which a pair is accepted.", minimum: 0.5, maximum: 1, default: 0.9)
        ),
        .optional(
            "review_from",
            .number("The probability from which a pair is put up for review.", minimum: 0.05, maximum: 1, default: 0.5)
        ),
        .optional(
            "maximum_review_share",
            .number("The share of pairs in review above which a person decides.", minimum: 0, maximum: 1, default: 0.1)
        ),
        .optional(
            "mass_address_limit",
            .integer("Addresses that more records share say nothing.", minimum: 1, default: 10)
        ),
        .optional("decisions", .map(of: .boolean(), "A person's verdict on pairs, by `left|right`.")),
    ])

    static let resultSchema = JSONSchema.object(MatchSummary.properties)

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<MatchSummary> {
        let thresholds = try MatchThresholds(
            accept: parameters.acceptFrom,
            review: parameters.reviewFrom,
            maximumReviewShare: parameters.maximumReviewShare,
            acceptName: "accept_from"
        )
        return try await JobFailure.naming {
            let county = try parameters.county.map { try County(parsing: $0.text).number }
            let reader = RecordReader(environment: environment, context: context)
            let left = try await reader.read(
                parameters.datasetA ?? RecordSource(table: "property_owners"),
                county: county,
                field: "dataset_a"
            )
            let right = try await reader.read(
                parameters.datasetB ?? RecordSource(table: "sunbiz_entities"),
                county: county,
                field: "dataset_b"
            )
            let matching = try await EntityMatcher(
                context: context,
                thresholds: thresholds,
                massAddressLimit: parameters.massAddressLimit ?? 10,
                decisions: parameters.decisions ?? [:]
            ).match(left, right)
            if let client = environment.postgres {
                try await client.withTransaction { connection in
                    try await MatchStore(client: client)
                        .record(matching, action: Self.name, runID: context.idempotencyKey, on: connection)
                }
            }
            context.logger.info(
                "records matched",
                metadata: [
                    "pairs.accepted": "\(matching.count(.accepted))", "pairs.review": "\(matching.count(.review))",
                ]
            )
            return .measured(
                MatchSummary(matching, runID: environment.postgres == nil ? nil : context.idempotencyKey),
                parts: matching.parts,
                review: matching.needsReview ? .approvalRequired : nil
            )
        }
    }
}
