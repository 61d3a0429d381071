/// Whether confidence predicts the reviewers: over all, by type of operation, and by action.
package struct CalibrationReport: Codable, Sendable, Hashable {
    /// The reviews of one kind.
    package struct Group: Codable, Sendable, Hashable {
        /// The type of operation, or worker and action.
        package var name: String
        /// Its figures.
        package var calibration: Calibration
    }

    /// Reviews that say nothing of confidence, and why they were left out.
    package struct Omissions: Codable, Sendable, Hashable {
        /// There was no result to judge.
        package var withoutResult = 0
        /// No person decided.
        package var byPolicy = 0

        enum CodingKeys: String, CodingKey {
            case withoutResult = "without_result"
            case byPolicy = "by_policy"
        }

        package init() {}
    }

    /// Where the reviews were read: `audit_log`, or `queue` for those that Redis still has.
    package var source: String
    /// Figures over all reviews; `nil` where there are none.
    package var overall: Calibration?
    /// By type of operation.
    package var operationTypes: [Group]
    /// By worker and action.
    package var actions: [Group]
    /// What a threshold would have to be.
    package var threshold: ThresholdAdvice
    /// How many of the reviews are of the audit sample: without them, nothing is known of confident results.
    package var auditSamples: Int
    /// What was left out.
    package var omitted: Omissions

    enum CodingKeys: String, CodingKey {
        case source, overall, actions, threshold, omitted
        case operationTypes = "operation_types"
        case auditSamples = "audit_samples"
    }

    /// Measures reviews.
    package init(
        _ scores: [ReviewedScore],
        wantedAccuracy: Double,
        source: String,
        auditSamples: Int,
        omitted: Omissions
    ) {
        self.source = source
        self.auditSamples = auditSamples
        self.omitted = omitted
        overall = Calibration(scores)
        threshold = ThresholdAdvice(scores, wantedAccuracy: wantedAccuracy)
        func groups(_ name: (ReviewedScore) -> String) -> [Group] {
            Dictionary(grouping: scores, by: name).sorted { $0.key < $1.key }.compactMap { name, members in
                name.isEmpty ? nil : Calibration(members).map { Group(name: name, calibration: $0) }
            }
        }
        operationTypes = groups(\.operationType)
        actions = groups(\.action)
    }
}
