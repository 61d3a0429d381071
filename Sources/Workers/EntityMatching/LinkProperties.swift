import JobQueue
import PostgresClient
import PropertyData

/// `entity_matching.link_properties_to_entities`: links parcels and tangible accounts to the companies that own them.
///
/// It follows the accepted pairs of a run of `match_entities` between `property_owners` and `sunbiz_entities`, the newest
/// where none is named, from owners to everything that they own; what a person decided about pairs in doubt, of this run
/// and of a run of `deduplicate`, is carried out first. Companies that were merged stand under their last survivor.
/// A run between `property_owners` and `sunbiz_officers` adds companies of which an owner is an officer: weaker evidence,
/// under roles of its own, never mixed up with ownership.
/// Several candidates of a property are ranked. The links of the counties concerned are replaced in one transaction.
struct LinkProperties: Action {
    static let name = "link_properties_to_entities"
    static let summary = "Links parcels and tangible accounts to the companies that own them."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        var matches: String?
        var county: CountyCode?
        var duplicates: String?
        var officers: String?
    }

    struct Result: Encodable, Sendable {
        /// The run whose pairs were followed.
        var matches: String
        /// Links written.
        var links: Int
        /// Of those, links by an owner who is an officer of the company.
        var officerLinks: Int
        /// Pairs that a person's decision took out of doubt.
        var pairsDecided: Int
        /// Properties with a link.
        var properties: Int
        /// Companies with a link.
        var entities: Int
        /// Owners whose pairs wait for a person, and whose properties have no link for them.
        var ownersInReview: Int
        /// What of the decisions was not carried out, and why.
        var notes: [String]
        /// The key of the links in table `property_entity_links`.
        var runID: String

        private enum CodingKeys: String, CodingKey {
            case matches, links, properties, entities, notes
            case officerLinks = "officer_links"
            case pairsDecided = "pairs_decided"
            case ownersInReview = "owners_in_review"
            case runID = "run_id"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("matches", .string("The run of match_entities to follow; the newest one where it is not given.")),
        .optional("county", JSONSchema(.string, .integer, summary: "Only property of this county.")),
        .optional(
            "duplicates",
            .string("A run of deduplicate; what a person decided about its pairs in doubt is merged first.")
        ),
        .optional(
            "officers",
            .string("The run of match_entities between property_owners and sunbiz_officers; the newest by default.")
        ),
    ])

    static let resultSchema = JSONSchema.object([
        .required("matches", .string("The run whose pairs were followed.")),
        .required("links", .integer("Links written.", minimum: 0)),
        .required("officer_links", .integer("Of those, links by an owner who is an officer.", minimum: 0)),
        .required("pairs_decided", .integer("Pairs that a person's decision took out of doubt.", minimum: 0)),
        .required("properties", .integer("Properties with a link.", minimum: 0)),
        .required("entities", .integer("Companies with a link.", minimum: 0)),
        .required("owners_in_review", .integer("Owners whose pairs wait for a person.", minimum: 0)),
        .required("notes", .array(of: .string(), "What of the decisions was not carried out, and why.")),
        .required("run_id", .string("The key of the links in table property_entity_links.")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let client = try environment.database()
        return try await JobFailure.naming {
            let county = try parameters.county.map { try County(parsing: $0.text).number }
            let matches = try await run(of: parameters.matches, client)
            let officers = try await officerRun(parameters.officers, client)
            context.report(done: 0, total: 3, unit: "steps")
            let runID = context.idempotencyKey
            let batch = ReviewedBatch(environment: environment)
            var verdicts: [(run: String, verdict: ReviewedBatch.Verdict)] = []
            var notes: [String] = []
            let runs = [("matches", matches), ("officers", officers), ("duplicates", parameters.duplicates)]
            for (name, run) in runs {
                guard let run else { continue }
                let verdict = try await batch.verdict(on: run)
                verdicts.append((run, verdict))
                if verdict == .unseen { notes.append("\(name): \(ReviewedBatch.unseen)") }
            }
            let store = MatchStore(client: client)
            let (decided, links) = try await client.withTransaction { connection in
                var decided = 0
                for (run, verdict) in verdicts where verdict != .none && verdict != .unseen {
                    decided += try await store.apply(verdict, runID: run, on: connection)
                    _ = try await store.mergeDecided(runID: run, on: connection)
                }
                try await connection.execute(
                    "DELETE FROM property_entity_links WHERE $1::integer IS NULL OR co_no = $1",
                    [PostgresValue(county)]
                )
                context.report(done: 1, total: 3, unit: "steps")
                let links = try await connection.execute(
                    Self.insert(county),
                    [.text(runID), .text(matches), PostgresValue(officers)]
                )
                return (decided, links)
            }
            context.report(done: 2, total: 3, unit: "steps")
            return try await outcome(
                client,
                links: links,
                decided: decided,
                notes: notes,
                matches: matches,
                runID: runID
            )
        }
    }

    /// The run that links owners with officers; nil where there is none and none is named.
    private func officerRun(_ given: String?, _ client: PostgresClient) async throws -> String? {
        let found = try await client.query(
            """
            SELECT run_id FROM entity_match_runs
            WHERE left_kind = 'property_owners' AND right_kind = 'sunbiz_officers' AND ($1::text IS NULL OR run_id = $1)
            ORDER BY finished_at DESC LIMIT 1
            """,
            [PostgresValue(given)]
        )
        guard found.isEmpty, given != nil else { return try found.first?.decode(0) }
        throw JobFailure(
            "unknown_run",
            "there is no such run of match_entities between property_owners and sunbiz_officers",
            field: "officers"
        )
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
                SELECT DISTINCT ON (co_no, property, role, doc_number) co_no, property, m.role_prefix || role AS role,
                    coalesce(e.survivor_key, m.doc_number) AS doc_number, m.probability, m.evidence
                FROM (\(owned)) AS owned
                JOIN (
                    SELECT left_key, right_key AS doc_number, '' AS role_prefix, probability, evidence
                    FROM entity_matches WHERE run_id = $2 AND decided = 'accepted'
                    UNION ALL
                    SELECT left_key, split_part(right_key, '/', 1), 'officer_as_', probability, evidence
                    FROM entity_matches WHERE run_id = $3 AND decided = 'accepted'
                ) AS m ON m.left_key = \(EntityTable.ownerKey)
                LEFT JOIN entity_survivors e ON e.kind = 'sunbiz_entities' AND e.merged_key = m.doc_number
                WHERE name <> ''
                ORDER BY co_no, property, role, doc_number, m.probability DESC
            ) AS found
            """
    }

    private func outcome(
        _ client: PostgresClient,
        links: Int,
        decided: Int,
        notes: [String],
        matches: String,
        runID: String
    ) async throws -> Outcome<Result> {
        let row = try await client.query(
            """
            SELECT count(DISTINCT (co_no, parcel_id, role)), count(DISTINCT doc_number), coalesce(avg(probability), 0),
                (SELECT count(DISTINCT left_key) FROM entity_matches WHERE run_id = $2 AND decided = 'review'),
                (SELECT count(*) FROM entity_matches WHERE run_id = $2 AND decided = 'accepted'),
                count(*) FILTER (WHERE role LIKE 'officer\\_%')
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
            officerLinks: try row?.decode(5) ?? 0,
            pairsDecided: decided,
            properties: try row?.decode(0) ?? 0,
            entities: try row?.decode(1) ?? 0,
            ownersInReview: inReview,
            notes: notes,
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
