import JobQueue
import PostgresClient
import PropertyData

/// `ai_ml.assign_use_codes`: tells the land use code of parcels that have none.
///
/// A code comes from the roll, a stored rule, the newest sale, or a classifier that is trained here on the parcels with
/// a known code, cross-validated and calibrated; the result says how good it is. With too few such parcels there is no
/// classifier, and the result says so.
struct AssignUseCodes: Action {
    static let name = "assign_use_codes"
    static let summary = "Tell the land use code of parcels that have none, by rules and a calibrated classifier."
    let environment: WorkerEnvironment

    struct Parameters: Decodable, Sendable {
        /// Parcels as objects of NAL fields, `PARCEL_ID` and `CO_NO` at least; all without a code by default.
        var parcels: [[String: JSONValue]]?
        /// Only parcels of this county, where none are given.
        var county: CountyCode?
        /// The most parcels of the database that get a code; 1000 by default.
        var limit: Int?
        /// The most parcels that the classifier learns from; 5000 by default.
        var trainingLimit: Int?
        /// Below which confidence a person should look; that of the stored policy, or 0.7, by default.
        var minimumConfidence: Double?
        /// NAL fields that the classifier must not use.
        var excludedFields: [String]?
        /// Another seed gives other folds; 1 by default.
        var seed: Int?

        private enum CodingKeys: String, CodingKey {
            case parcels, county, limit, seed
            case trainingLimit = "training_limit"
            case minimumConfidence = "minimum_confidence"
            case excludedFields = "excluded_fields"
        }
    }

    struct Result: Encodable, Sendable {
        /// The key of the assignments in `use_code_assignments`.
        var runID: String
        /// The first thousand.
        var assignments: [UseCodeAssignment]
        var assigned: Int
        var unassigned: Int
        var needsReview: Int
        var minimumConfidence: Double
        /// How good the classifier is; nil where there is none.
        var model: ClassifierQuality?
        /// What it learnt from, or why it could not.
        var modelNote: String
        /// Up to fifty parcels of the first county as NAL rows with their new code, for `data_quality.validate`.
        var rows: [[String: String]]
        /// The dataset of the rows.
        var dataset: Dataset
        /// Fields that the database does not keep, which the rows therefore lack.
        var fieldsNotKept: [String]
        /// What `store_rules` can store, so that the next run works by what this one learnt.
        var rules: [GivenRule]

        private enum CodingKeys: String, CodingKey {
            case assignments, assigned, unassigned, model, rows, dataset, rules
            case runID = "run_id"
            case needsReview = "needs_review"
            case minimumConfidence = "minimum_confidence"
            case modelNote = "model_note"
            case fieldsNotKept = "fields_not_kept"
        }
    }

    static let parameterSchema = JSONSchema.object([
        .optional(
            "parcels",
            .array(
                of: .map(of: JSONSchema(.string, .number, .null), "NAL fields, PARCEL_ID and CO_NO at least"),
                "all parcels of the database without a code by default",
                maxItems: 1000
            )
        ),
        .optional(
            "county",
            JSONSchema(.string, .integer, summary: "only parcels of this county, where none are given")
        ),
        .optional("limit", .integer("parcels of the database", minimum: 1, maximum: 50_000, default: 1000)),
        .optional("training_limit", .integer("parcels to learn from", minimum: 100, maximum: 50_000, default: 5000)),
        .optional("minimum_confidence", .number("for a person to look", minimum: 0, maximum: 1)),
        .optional("excluded_fields", .array(of: .string(), "fields that the classifier must not use")),
        .optional("seed", .integer("another one gives other folds", default: 1)),
    ])

    static let resultSchema = JSONSchema.object([
        .required("run_id", .string("the key in use_code_assignments")),
        .required("assignments", .array(of: UseCodeAssignment.schema, "the first thousand")),
        .required("assigned", .integer(minimum: 0)),
        .required("unassigned", .integer(minimum: 0)),
        .required("needs_review", .integer("less sure than the policy asks", minimum: 0)),
        .required("minimum_confidence", .number(minimum: 0, maximum: 1)),
        .optional("model", ClassifierQuality.schema),
        .required("model_note", .string("what it learnt from, or why it could not")),
        .required("rows", .array(of: .map(of: .string()), "NAL rows with their new code, to validate")),
        .required("dataset", .string(enum: [Dataset.nal.rawValue])),
        .required("fields_not_kept", .array(of: .string(), "fields that the rows lack")),
        .required("rules", .array(of: GivenRule.schema, "what store_rules can store")),
    ])

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        try JobFailure.check(parameters.minimumConfidence, "minimum_confidence", 0...1)
        try JobFailure.check(parameters.trainingLimit.map(Double.init), "training_limit", 100...50_000)
        let given = try (parameters.parcels ?? []).enumerated().map { try KnownParcel(given: $1, at: "parcels[\($0)]") }
        let client = try environment.database()
        return try await JobFailure.naming {
            let source = ParcelSource(client: client)
            let rules = RuleStore(client: client)
            let coded = try await source.coded(limit: parameters.trainingLimit ?? 5000)
            let total = CrossValidation.folds + 1
            let (model, note) = try UseCodeModel.train(
                coded,
                excluding: Set(parameters.excludedFields ?? []),
                seed: parameters.seed ?? 1
            ) { context.report(done: $0, total: total, unit: "models") }
            context.report(done: total, total: total, unit: "models")
            let (parcels, stored) = try await parcels(given, parameters, source)
            let sales = try await source.saleCodes(parcels)
            let assigner = UseCodeAssigner(
                model: model,
                overrides: try await rules.active(.useCodeOverride).compactMap { rule in
                    guard case .useCodeOverride(let override) = rule.body else { return nil }
                    return (override, UseCodeAssigner.reliability(of: override, on: coded))
                },
                saleCodes: sales.codes,
                saleAgreement: (Double(sales.agreed) + 1) / (Double(sales.compared) + 2),
                minimumConfidence: try await minimum(parameters, rules)
            )
            var assignments: [UseCodeAssignment] = []
            for (number, parcel) in parcels.enumerated() {
                if number.isMultiple(of: 256) {
                    try Task.checkCancellation()
                    context.report(done: number, total: parcels.count, unit: "parcels")
                }
                assignments.append(try assigner.assign(parcel))
            }
            try await UseCodeStore(client: client).record(assignments, model?.quality, runKey: context.idempotencyKey)
            return outcome(assigner, assignments, parcels.filter { stored.contains($0.key) }, note, context)
        }
    }

    /// Parcels that were given, filled up from the database, or those there that have no code; and which are in it.
    private func parcels(
        _ given: [KnownParcel],
        _ parameters: Parameters,
        _ source: ParcelSource
    ) async throws -> (parcels: [KnownParcel], stored: Set<String>) {
        guard parameters.parcels != nil, !given.isEmpty else {
            let county = try parameters.county.map { try County(parsing: $0.text) }
            let parcels = try await source.uncoded(in: county, limit: parameters.limit ?? 1000)
            return (parcels, Set(parcels.map(\.key)))
        }
        let stored = try await source.find(given.map { ($0.county, $0.id) })
        let known = Dictionary(stored.map { ($0.key, $0) }) { first, _ in first }
        let parcels = given.map { parcel in
            guard var found = known[parcel.key] else { return parcel }
            found.fields.merge(parcel.fields) { $1 }
            return found
        }
        return (parcels, Set(known.keys))
    }

    private func minimum(_ parameters: Parameters, _ rules: RuleStore) async throws -> Double {
        if let given = parameters.minimumConfidence { return given }
        for rule in try await rules.active(.useCodePolicy) {
            if case .useCodePolicy(let minimum) = rule.body { return minimum }
        }
        return 0.7
    }

    private func outcome(
        _ assigner: UseCodeAssigner,
        _ assignments: [UseCodeAssignment],
        _ stored: [KnownParcel],
        _ note: String,
        _ context: JobContext
    ) -> Outcome<Result> {
        let codes = Dictionary(assignments.map { ("\($0.county.dorNumber) \($0.parcelID)", $0.code) }) { first, _ in
            first
        }
        let notKept = ["FILE_T", "SEQ_NO", "RS_ID"]
        // A check is of one file: one county and year.
        let file = stored.filter { $0.county == stored.first?.county && $0.year == stored.first?.year }
        let rows = file.prefix(50).compactMap { parcel -> [String: String]? in
            guard let code = codes[parcel.key] ?? nil else { return nil }
            let layout = FileLayout.of(.nal)
            return parcel.fields.filter { layout.index(of: $0.key) != nil }.merging(["DOR_UC": code]) { $1 }
        }
        var learnt: [GivenRule] = []
        if let quality = assigner.model?.quality, let minimum = quality.safeConfidence {
            learnt.append(
                GivenRule(
                    ruleID: "use_codes.policy",
                    kind: StoredRule.Kind.useCodePolicy.rawValue,
                    body: ["minimum_confidence": .number(minimum)]
                )
            )
        }
        let result = Result(
            runID: context.idempotencyKey,
            assignments: Array(assignments.prefix(1000)),
            assigned: assignments.count { $0.code != nil },
            unassigned: assignments.count { $0.code == nil },
            needsReview: assignments.count(where: \.needsReview),
            minimumConfidence: assigner.minimumConfidence,
            model: assigner.model?.quality,
            modelNote: note,
            rows: rows,
            dataset: .nal,
            fieldsNotKept: notKept,
            rules: learnt
        )
        return .measured(result, parts: Self.parts(result, assignments))
    }

    private static func parts(_ result: Result, _ assignments: [UseCodeAssignment]) -> [ConfidencePart] {
        var parts: [ConfidencePart] = []
        if !assignments.isEmpty {
            let mean = assignments.reduce(0) { $0 + $1.confidence } / Double(assignments.count)
            parts.append(
                ConfidencePart(
                    "codes_likely_right",
                    mean,
                    basis: "the mean over \(assignments.count) parcels of how likely their code is right"
                )
            )
        }
        if let model = result.model {
            parts.append(
                ConfidencePart(
                    "classifier_calibrated",
                    1 - model.calibrationError,
                    basis:
                        "its confidence is off by \(Measured.percent(model.calibrationError)) on average, its accuracy is "
                        + "\(Measured.percent(model.accuracy)), on \(model.rows) parcels that it had not seen"
                )
            )
        } else if assignments.isEmpty {
            parts.append(ConfidencePart("something_learnt", 0, basis: result.modelNote))
        }
        return parts
    }
}
