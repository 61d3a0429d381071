import JobQueue

/// From which probabilities pairs are accepted, and from which a person looks at them.
struct MatchThresholds: Sendable, Encodable {
    /// From here on, a pair is accepted.
    let accept: Double
    /// From here on up to `accept`, a pair is put into the batch for review.
    let review: Double
    /// The share of pairs in review, among those accepted or in review, above which a person decides about the step.
    let maximumReviewShare: Double

    private enum CodingKeys: String, CodingKey {
        case accept, review
        case maximumReviewShare = "maximum_review_share"
    }

    /// Fills in what is not given.
    ///
    /// - Throws: ``JobFailure`` that names the parameter out of range.
    init(accept: Double?, review: Double?, maximumReviewShare: Double?, acceptName: String) throws(JobFailure) {
        self.accept = accept ?? 0.9
        self.review = review ?? min(0.5, self.accept)
        self.maximumReviewShare = maximumReviewShare ?? 0.1
        guard (0.5...1).contains(self.accept) else {
            throw JobFailure("invalid_threshold", "is from 0.5 to 1", field: acceptName)
        }
        guard (0.05...self.accept).contains(self.review) else {
            throw JobFailure("invalid_threshold", "is from 0.05 to \(self.accept)", field: "review_from")
        }
        guard (0...1).contains(self.maximumReviewShare) else {
            throw JobFailure("invalid_threshold", "is from 0 to 1", field: "maximum_review_share")
        }
    }
}
