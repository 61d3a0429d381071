import JobQueue
import PostgresClient
import PropertyData
import RecordLinkage

/// `entity_matching.deduplicate`: finds the records of one set that are one entity, and logs them as merged.
///
/// No row is changed or deleted: a merge is an entry of table `entity_merges`, which readers follow and which can be taken
/// back with `undo`. Of a register of companies only entries with one name and one tax number are merged
/// (``RegisterRule``). The survivor is the fullest record of its cluster, the one with the lowest key among equals.
struct Deduplicate: Action {
    static let name = "deduplicate"
    static let summary = "Finds duplicates within one table or file and logs them as merged, or takes such merges back."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        var dataset: RecordSource?
        var county: CountyCode?
        var confidenceThreshold: Double?
        var reviewFrom: Double?
        var maximumReviewShare: Double?
        var massAddressLimit: Int?
        var decisions: [String: Bool]?
        var undo: String?
        var carryOut: String?

        private enum CodingKeys: String, CodingKey {
            case dataset, county, decisions, undo
            case confidenceThreshold = "confidence_threshold"
            case reviewFrom = "review_from"
            case maximumReviewShare = "maximum_review_share"
            case massAddressLimit = "mass_address_limit"
            case carryOut = "carry_out"
        }
    }

    struct Result: Encodable, Sendable {
        /// What the linkage did; nil for an undo.
        var matching: MatchSummary?
        /// Groups of two and more records that are one entity.
        var clusters: Int
        /// Records logged as merged into another by this run.
        var merged: Int
        /// Merges taken back.
        var undone: Int
        /// The run to take back with `undo`.
        var runID: String

        private enum CodingKeys: String, CodingKey {
            case matching, clusters, merged, undone
            case runID = "run_id"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional("dataset", RecordSource.schema),
        .optional("county", JSONSchema(.string, .integer, summary: "Only property of this county.")),
        .optional(
            "confidence_threshold",
            .number("The probability from which records are merged.", minimum: 0.5, maximum: 1, default: 0.95)
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
        .optional("undo", .string("Take back the merges of this run, and do nothing else.")),
        .optional("carry_out", .string("Merge what a person accepted of this run's pairs, and do nothing else.")),
    ])

    static let resultSchema = JSONSchema.object([
        .optional("matching", .object(MatchSummary.properties)),
        .required("clusters", .integer("Groups of two and more records.", minimum: 0)),
        .required("merged", .integer("Records logged as merged.", minimum: 0)),
        .required("undone", .integer("Merges taken back.", minimum: 0)),
        .required("run_id", .string("The run to take back with `undo`.")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        let client = try environment.database()
        return try await JobFailure.naming {
            if let run = parameters.undo { return try await undo(run, client, context) }
            if let run = parameters.carryOut { return try await carryOut(run, client) }
            let thresholds = try MatchThresholds(
                accept: parameters.confidenceThreshold ?? 0.95,
                review: parameters.reviewFrom,
                maximumReviewShare: parameters.maximumReviewShare,
                acceptName: "confidence_threshold"
            )
            let county = try parameters.county.map { try County(parsing: $0.text).number }
            let records = try await RecordReader(environment: environment, context: context).read(
                parameters.dataset ?? RecordSource(table: "sunbiz_entities"),
                county: county,
                field: "dataset"
            )
            let matching = try await EntityMatcher(
                context: context,
                thresholds: thresholds,
                massAddressLimit: parameters.massAddressLimit ?? 10,
                decisions: parameters.decisions ?? [:]
            ).match(records, nil)
            let plan = MergePlan(matching)
            let runID = context.idempotencyKey
            let merged = try await client.withTransaction { connection in
                let store = MatchStore(client: client)
                try await store.record(matching, action: Self.name, runID: runID, on: connection)
                _ = try await store.remove(runID: runID, kind: records.kind, on: connection)
                return try await store.merge(plan.merges, kind: records.kind, runID: runID, on: connection)
            }
            let summary = MatchSummary(matching, runID: runID)
            return .measured(
                Result(matching: summary, clusters: plan.clusters, merged: merged, undone: 0, runID: runID),
                parts: matching.parts,
                review: matching.needsReview ? .approvalRequired : nil
            )
        }
    }

    /// Merges what a person accepted of an earlier run's pairs in doubt.
    private func carryOut(_ run: String, _ client: PostgresClient) async throws -> Outcome<Result> {
        let verdict = try await ReviewedBatch(environment: environment).verdict(on: run)
        guard verdict != .none else {
            throw JobFailure(
                "not_decided",
                "nobody has decided about this run's pairs, or the queue has no record of it any more",
                field: "carry_out"
            )
        }
        guard verdict != .unseen else {
            throw JobFailure("not_decided", ReviewedBatch.unseen, field: "carry_out")
        }
        let (decided, merged) = try await client.withTransaction { connection in
            let store = MatchStore(client: client)
            guard try await !store.isUndone(run, on: connection) else {
                throw JobFailure(
                    "run_undone",
                    "the merges of this run were taken back; a new run of deduplicate merges again",
                    field: "carry_out"
                )
            }
            let decided = try await store.apply(verdict, runID: run, on: connection)
            return (decided, try await store.mergeDecided(runID: run, on: connection))
        }
        let part = ConfidencePart(
            "decided_by_person",
            1,
            basis: "\(decided) pairs newly decided, \(merged) newly merged"
        )
        return .measured(
            Result(matching: nil, clusters: 0, merged: merged, undone: 0, runID: run),
            parts: [part]
        )
    }

    private func undo(_ run: String, _ client: PostgresClient, _ context: JobContext) async throws -> Outcome<Result> {
        let store = MatchStore(client: client)
        let known = try await store.mergeCount(runID: run)
        guard known > 0 else { throw JobFailure("unknown_run", "no merges of this run are logged", field: "undo") }
        let undone = try await store.undo(runID: run, by: "job \(context.id)")
        let part = ConfidencePart(
            "merges_found",
            1,
            basis: "\(known) merges of the run are logged, \(undone) were active"
        )
        return .measured(Result(matching: nil, clusters: 0, merged: 0, undone: undone, runID: run), parts: [part])
    }
}
