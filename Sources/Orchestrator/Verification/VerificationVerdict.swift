/// What the verification agent found when it looked again at what an operation's steps claim.
package struct VerificationVerdict: Codable, Sendable, Hashable {
    /// What it comes to.
    package enum Status: String, Codable, Sendable, Hashable, CaseIterable {
        /// At least one claim was checked, and all that were hold.
        case verified
        /// At least one claim does not hold.
        case refuted
        /// No claim could be checked.
        case inconclusive
        /// Nobody looked; the reason says why.
        case skipped
    }

    /// What it comes to.
    package var status: Status
    /// The share of the checked claims that hold; nil where none was checked.
    package var confidence: Double?
    /// Claims that hold.
    package var verified: Int
    /// Claims that do not.
    package var refuted: Int
    /// Claims that could not be checked.
    package var unchecked: Int
    /// The claims that do not hold, in words; the first twenty.
    package var refutedClaims: [String]
    /// Why nobody looked, or why nothing could be checked.
    package var reason: String?

    enum CodingKeys: String, CodingKey {
        case status, confidence, verified, refuted, unchecked, reason
        case refutedClaims = "refuted_claims"
    }

    /// The verdict over counted claims.
    package init(verified: Int, refuted: Int, unchecked: Int, refutedClaims: [String], reason: String? = nil) {
        let checked = verified + refuted
        status = refuted > 0 ? .refuted : (checked > 0 ? .verified : .inconclusive)
        confidence = checked > 0 ? Double(verified) / Double(checked) : nil
        self.verified = verified
        self.refuted = refuted
        self.unchecked = unchecked
        self.refutedClaims = Array(refutedClaims.prefix(20))
        self.reason = reason
    }

    /// Nobody looked.
    package static func skipped(_ reason: String) -> VerificationVerdict {
        var verdict = VerificationVerdict(verified: 0, refuted: 0, unchecked: 0, refutedClaims: [])
        verdict.status = .skipped
        verdict.reason = reason
        return verdict
    }
}

/// A verdict as an operation keeps it.
package struct RecordedVerification: Codable, Sendable, Hashable {
    /// When the run of the operation began that it is of: a retried operation is looked at anew.
    var run: Int
    /// Which pass of the conclusion got it, from 0.
    var pass: Int
    /// The verdict.
    package var verdict: VerificationVerdict
}
