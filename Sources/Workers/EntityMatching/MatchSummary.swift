import JobQueue
import RecordLinkage

/// What every action of entity matching says of a linkage.
struct MatchSummary: Sendable, Encodable {
    /// The key of the pairs in table `entity_matches`; nil where no database is configured.
    var runID: String?
    var leftRecords: Int
    var rightRecords: Int
    var comparedPairs: Int
    /// Whether those are all pairs there are.
    var isExhaustive: Bool
    /// Blocks too large to compare that a further key split, and those of which only a part was compared.
    var blocksSplit: Int
    var blocksSampled: Int
    var pairsLeftOut: Int
    var accepted: Int
    var expectedPrecision: Double
    /// Pairs that a person should look at, the most doubtful first, at most 100 of them.
    var reviewPairs: [MatchedPair]
    /// How many there are.
    var inReview: Int
    /// Likely pairs of a register that are different companies by name or tax number; 0 between two sets.
    var siblings: Int
    var thresholds: MatchThresholds
    /// The kind as which each column was compared.
    var columns: [String: String]
    /// What a person's decision on this batch does; empty where nothing is in doubt.
    var next: String

    private enum CodingKeys: String, CodingKey {
        case accepted, siblings, thresholds, columns, next
        case runID = "run_id"
        case leftRecords = "left_records"
        case rightRecords = "right_records"
        case comparedPairs = "compared_pairs"
        case isExhaustive = "is_exhaustive"
        case blocksSplit = "blocks_split"
        case blocksSampled = "blocks_sampled"
        case pairsLeftOut = "pairs_left_out"
        case expectedPrecision = "expected_precision"
        case reviewPairs = "review_pairs"
        case inReview = "in_review"
    }

    init(_ matching: EntityMatcher.Matching, runID: String?) {
        let report = matching.linkage.report
        self.runID = runID
        leftRecords = report.leftRecords
        rightRecords = report.rightRecords
        comparedPairs = report.comparedPairs
        isExhaustive = report.isExhaustive
        blocksSplit = report.blocksSplit
        blocksSampled = report.blocksSampled
        pairsLeftOut = report.pairsLeftOut
        accepted = matching.count(.accepted)
        expectedPrecision = matching.parts.first { $0.name == "expected_precision" }?.value ?? 1
        let review = matching.pairs.filter { $0.decision == .review }
        inReview = review.count
        reviewPairs = Array(review.sorted { abs($0.probability - 0.5) < abs($1.probability - 0.5) }.prefix(100))
        siblings = matching.siblings
        thresholds = matching.thresholds
        columns = matching.columns
        // Only who was asked for the pairs, and saw all of them, can accept them as a whole.
        let isApproval = matching.needsReview && reviewPairs.count == review.count
        next =
            review.isEmpty
            ? ""
            : "approving \(isApproval ? "accepts all \(review.count) pairs in doubt" : "leaves all pairs in doubt as they are")"
                + "; overriding takes the decision that each of review_pairs has then; the next step carries it out"
    }

    static let properties: [JSONSchema.Property] = [
        .optional("run_id", .string("The key of the pairs in table entity_matches.")),
        .required("left_records", .integer("Records of the left side.", minimum: 0)),
        .required(
            "right_records",
            .integer("Records of the right side; 0 when one was compared with itself.", minimum: 0)
        ),
        .required("compared_pairs", .integer("Pairs that were compared.", minimum: 0)),
        .required("is_exhaustive", .boolean("Whether those are all pairs there are.")),
        .required("blocks_split", .integer("Blocks that a further key split.", minimum: 0)),
        .required("blocks_sampled", .integer("Blocks of which only a part was compared.", minimum: 0)),
        .required("pairs_left_out", .integer("Pairs of those that were not.", minimum: 0)),
        .required("accepted", .integer("Pairs accepted.", minimum: 0)),
        .required("expected_precision", .number("The mean probability of those.", minimum: 0, maximum: 1)),
        .required("review_pairs", .array(of: MatchedPair.schema, "Pairs to look at, at most 100.")),
        .required("in_review", .integer("How many pairs there are to look at.", minimum: 0)),
        .required("siblings", .integer("Likely pairs that are different companies of one register.", minimum: 0)),
        .required(
            "thresholds",
            .object([
                .required("accept", .number()), .required("review", .number()),
                .required("maximum_review_share", .number()),
            ])
        ),
        .required("columns", .map(of: .string(), "The kind as which each column was compared.")),
        .required("next", .string("What a person's decision on this batch does; empty where nothing is in doubt.")),
    ]
}
