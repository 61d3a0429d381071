import JobQueue
import PostgresClient
import PropertyData

/// `entity_matching.link_properties_to_entities`: links parcels and tangible accounts to the companies that own them.
///
/// It follows the accepted pairs of a run of `match_entities` between `property_owners` and `sunbiz_entities`, the newest
/// where none is named, from owners to everything that they own. Companies that were merged stand under their survivor.
/// Several candidates of a property are ranked. The links of the counties concerned are replaced in one transaction.
struct LinkProperties: Action {
    static let name = "link_properties_to_entities"
    static let summary = "Links parcels and tangible accounts to the companies that own them."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        var matches: String?
        var county: CountyCode?
    }

    struct Result: Encodable, Sendable {
        /// The run whose pairs were followed.
        var matches: String
        /// Links written.
        var links: Int
        /// Properties with a link.
        var properties: Int
        /// Companies with a link.
        var entities: Int
        /// Owners whose pairs wait for a person, and whose properties have no link for them.
        var ownersInReview: Int
        /// The key of the links in table `property_entity_links`.
        var runID: String

        private enum CodingKeys: String, CodingKey {
            case matches, links, properties, entities
            case ownersInReview = "owners_in_review"
            case runID = "run_id"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("matches", .string("The run of match_entities to follow; the newest one where it is not given.")),
        .optional("county", JSONSchema(.string, .integer, summary: "Only property of this county.")),
    ])

    static let resultSchema = JSONSchema.object([
        .required("matches", .string("The run whose pairs were followed.")),
        .required("links", .integer("Links written.", minimum: 0)),
        .required("properties", .integer("Properties with a link.", minimum: 0)),
        .required("entities", .integer("Companies with a link.", minimum: 0)),
        .required("owners_in_review", .integer("Owners whose pairs wait for a person.", minimum: 0)),
        .required("run_id", .string("The key of the links in table property_entity_links.")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let client = try environment.database()
        return try await JobFailure.naming {
            let county = try parameters.county.map { try County(parsing: $0.text).number }
            let matches = try await run(of: parameters.matches, client)
            context.report(done: 0, total: 3, unit: "steps")
            let runID = context.idempotencyKey
            let links = try await client.withTransaction { connection in
                try await connection.execute(
                    "DELETE FROM property_entity_links WHERE $1::integer IS NULL OR co_no = $1",
                    [PostgresValue(county)]
                )
                context.report(done: 1, total: 3, unit: "steps")
                return try await connection.execute(Self.insert(county), [.text(runID), .text(matches)])
            }
            context.report(done: 2, total: 3, unit: "steps")
            return try await outcome(client, links: links, matches: matches, runID: runID)
        }
    }

    private func run(of given: String?, _ client: PostgresClient) async throws -> String {
        let found = try await client.query(
            """
            SELECT run_id FROM entity_match_runs
            WHERE left_kind = 'property_owners' AND right_kind = 'sunbiz_entities' AND ($1::text IS NULL OR run_id = $1)
            ORDER BY finished_at DESC LIMIT 1
            """,
            [PostgresValue(given)]
        )
        guard let row = found.first else {
            throw JobFailure(
                "unknown_run",
                "no run of match_entities between property_owners and sunbiz_entities is there: run it first",
                field: "matches"
            )
        }
        return try row.decode(0)
    }

    /// Owners to their property, pairs to their companies, companies to their survivors.
    ///
    /// A county is a number of ours, so that it may stand in the statement.
    private static func insert(_ county: Int?) -> String {
        let owned = EntityTable.ownedProperty.replacing("{county}", with: county.map { "co_no = \($0)" } ?? "true")
        return """
            INSERT INTO property_entity_links (co_no, parcel_id, doc_number, role, rank, probability, evidence, run_id)
            SELECT co_no, property, doc_number, role,
                rank() OVER (PARTITION BY co_no, property, role ORDER BY probability DESC, doc_number),
                probability, evidence, $1
            FROM (
                SELECT DISTINCT ON (co_no, property, role, doc_number) co_no, property, role,
                    coalesce(e.survivor_key, m.right_key) AS doc_number, m.probability, m.evidence
                FROM (\(owned)) AS owned
                JOIN entity_matches m ON m.run_id = $2 AND m.decided = 'accepted' AND m.left_key = \(EntityTable.ownerKey)
                LEFT JOIN entity_merges e ON e.kind = 'sunbiz_entities' AND e.merged_key = m.right_key
                    AND e.undone_at IS NULL
                WHERE name <> ''
                ORDER BY co_no, property, role, doc_number, m.probability DESC
            ) AS found
            """
    }

    private func outcome(
        _ client: PostgresClient,
        links: Int,
        matches: String,
        runID: String
    ) async throws -> Outcome<Result> {
        let row = try await client.query(
            """
            SELECT count(DISTINCT (co_no, parcel_id, role)), count(DISTINCT doc_number), coalesce(avg(probability), 0),
                (SELECT count(DISTINCT left_key) FROM entity_matches WHERE run_id = $2 AND decided = 'review'),
                (SELECT count(*) FROM entity_matches WHERE run_id = $2 AND decided = 'accepted')
            FROM property_entity_links WHERE run_id = $1
            """,
            [.text(runID), .text(matches)]
        ).first
        let mean: Double = try row?.decode(2) ?? 0
        let inReview: Int = try row?.decode(3) ?? 0
        let accepted: Int = try row?.decode(4) ?? 0
        let result = Result(
            matches: matches,
            links: links,
            properties: try row?.decode(0) ?? 0,
            entities: try row?.decode(1) ?? 0,
            ownersInReview: inReview,
            runID: runID
        )
        let precision = ConfidencePart(
            "expected_precision",
            links == 0 ? 1 : mean,
            basis: "mean probability of \(links) links, which follow \(accepted) accepted pairs"
        )
        return .measured(result, parts: [precision])
    }
}
