/// What kind of transfer a sale was, as the property appraiser judged it.
package struct QualificationCode: Sendable, Equatable, Codable {
    /// What the Department does with such sales.
    package enum Group: String, Sendable, Codable {
        /// At arm's length: part of the ratio study, the basis of any market value analysis.
        case marketSale
        /// Qualified, but not part of the ratio study.
        case qualifiedExcluded
        /// Disqualified by what the deed itself says.
        case disqualifiedByInstrument
        /// Disqualified by documented evidence.
        case disqualifiedByEvidence
        /// Not judged yet.
        case pending
        /// Removed by the Department.
        case notAccepted
    }

    /// Two digits.
    package let code: String
    /// What the Department does with such sales.
    package let group: Group
    /// The guide's words.
    package let meaning: String

    /// The meaning of a code, nil for an unknown one.
    package static func find(_ code: String) -> QualificationCode? {
        all.first { $0.code == code }
    }
}
