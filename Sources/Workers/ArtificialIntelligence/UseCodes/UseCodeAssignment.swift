import JobQueue
import PropertyData

/// The code of one parcel, and what it rests on.
struct UseCodeAssignment: Encodable, Sendable {
    /// Where a code comes from.
    enum Source: String, Encodable, Sendable, CaseIterable {
        /// The roll itself has a valid one.
        case roll
        /// A stored rule says so.
        case rule
        /// The newest sale of the parcel names it.
        case sale
        /// The classifier.
        case model
        /// There is nothing to tell it from.
        case none
    }

    var county: CountyEvidence
    var year: Int
    var parcelID: String
    /// The code; nil where none can be told.
    var code: String?
    var title: String?
    var source: Source
    /// How likely the code is right.
    var confidence: Double
    /// Whether it is less sure than the policy asks.
    var needsReview: Bool
    /// What else it may be, by the classifier.
    var alternatives: [UseCodeModel.Guess]

    private enum CodingKeys: String, CodingKey {
        case county, year, code, title, source, confidence, alternatives
        case parcelID = "parcel_id"
        case needsReview = "needs_review"
    }

    static let schema = JSONSchema.object([
        .required("county", .object([.required("dor_number", .integer()), .required("name", .string())])),
        .required("year", .integer("the assessment year; 0 where it is not known")),
        .required("parcel_id", .string()),
        .optional("code", .string("the use code; none where nothing tells it")),
        .optional("title", .string("what the code means")),
        .required("source", .string(enum: Source.allCases.map(\.rawValue))),
        .required("confidence", .number("how likely the code is right", minimum: 0, maximum: 1)),
        .required("needs_review", .boolean("whether it is less sure than the policy asks")),
        .required(
            "alternatives",
            .array(
                of: .object([
                    .required("code", .string()),
                    .required("probability", .number(minimum: 0, maximum: 1)),
                ]),
                "what else it may be"
            )
        ),
    ])
}

/// Decides on the code of each parcel: the roll, then rules, then sales, then the classifier.
struct UseCodeAssigner: Sendable {
    let model: UseCodeModel?
    /// The stored rules, each with how often it is right on parcels whose code is known.
    let overrides: [(rule: UseCodeOverride, reliability: Double)]
    let saleCodes: [String: String]
    /// How often the code of a sale is the roll's own.
    let saleAgreement: Double
    let minimumConfidence: Double

    /// Decides on one parcel.
    func assign(_ parcel: KnownParcel) throws(JobFailure) -> UseCodeAssignment {
        let guesses = model?.guesses(parcel.fields) ?? []
        let (code, source, confidence) = decide(parcel, guesses)
        let county: County
        do throws(PropertyDataError) {
            county = try County(number: parcel.county)
        } catch {
            throw JobFailure(error)
        }
        return UseCodeAssignment(
            county: CountyEvidence(county),
            year: parcel.year,
            parcelID: parcel.id,
            code: code,
            title: code.flatMap { UseCode.find($0)?.title },
            source: source,
            confidence: confidence,
            needsReview: confidence < minimumConfidence,
            alternatives: source == .roll ? [] : guesses.filter { $0.code != code }
        )
    }

    private func decide(
        _ parcel: KnownParcel,
        _ guesses: [UseCodeModel.Guess]
    ) -> (String?, UseCodeAssignment.Source, Double) {
        if let code = parcel.code { return (code, .roll, 1) }
        if let known = overrides.first(where: { Self.applies($0.rule, parcel) }) {
            return (known.rule.code, .rule, known.reliability)
        }
        if let code = saleCodes["\(parcel.county) \(parcel.id)"] { return (code, .sale, saleAgreement) }
        if let best = guesses.first { return (best.code, .model, best.probability) }
        return (nil, .none, 0)
    }

    private static func applies(_ rule: UseCodeOverride, _ parcel: KnownParcel) -> Bool {
        parcel.fields[rule.field] == rule.equals && (rule.countyNumber ?? parcel.county) == parcel.county
    }

    /// How often a rule is right on parcels whose code is known (Laplace's rule of succession where there are few).
    static func reliability(of rule: UseCodeOverride, on coded: [KnownParcel]) -> Double {
        let concerned = coded.filter { applies(rule, $0) }
        return (Double(concerned.count { $0.code == rule.code }) + 1) / (Double(concerned.count) + 1)
    }
}
