import JobModel

/// What a reviewer decided of a result, with what is needed to hold its confidence against it.
struct ReviewVerdict: Sendable, Hashable {
    var resolution: String
    var reviewer: String
    var reason: ReviewReason?
    var confidence: Double?
    var samplingRate: Double?
    var operationType: String?
    var worker: String?
    var action: String?

    /// The verdict as a score; `nil` where it says nothing of confidence, and then `omitted` counts it.
    ///
    /// Approval is agreement; a result that was overridden, rejected or sent back was not agreed with.
    func score(_ omitted: inout CalibrationReport.Omissions) -> ReviewedScore? {
        guard reviewer != ReviewPolicy.reviewer else {
            omitted.byPolicy += 1
            return nil
        }
        guard let confidence, reason != .retriesExhausted else {
            omitted.withoutResult += 1
            return nil
        }
        let rate = reason == .auditSample ? samplingRate ?? 1 : 1
        return ReviewedScore(
            confidence: confidence,
            agreed: resolution == "approved",
            weight: rate > 0 ? 1 / rate : 1,
            operationType: operationType ?? "",
            action: worker.map { "\($0).\(action ?? "")" } ?? ""
        )
    }
}

/// Which reviews a calibration looks at, and what threshold is wanted.
package struct CalibrationQuery: Sendable, Hashable {
    /// Decided at or after, milliseconds since 1970.
    package var sinceMilliseconds: Int?
    /// Of one type of operation.
    package var operationType: String?
    /// The accuracy that results which nobody reviews should have, 0 to 1.
    package var wantedAccuracy: Double

    /// Combines the conditions.
    package init(sinceMilliseconds: Int? = nil, operationType: String? = nil, wantedAccuracy: Double = 0.95) {
        self.sinceMilliseconds = sinceMilliseconds
        self.operationType = operationType
        self.wantedAccuracy = wantedAccuracy
    }
}
