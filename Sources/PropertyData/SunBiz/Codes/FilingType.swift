/// What an entity is filed as: COR_FILING_TYPE.
package enum FilingType: String, Sendable, Codable, CaseIterable {
    /// A Florida corporation for profit.
    case domesticProfit = "DOMP"
    /// A Florida corporation not for profit.
    case domesticNonprofit = "DOMNP"
    /// A corporation for profit of another state or country.
    case foreignProfit = "FORP"
    /// A corporation not for profit of another state or country.
    case foreignNonprofit = "FORNP"
    /// A Florida limited partnership.
    case domesticLimitedPartnership = "DOMLP"
    /// A limited partnership of another state or country.
    case foreignLimitedPartnership = "FORLP"
    /// A Florida limited liability company.
    case floridaLimitedLiability = "FLAL"
    /// A limited liability company of another state or country.
    case foreignLimitedLiability = "FORL"
    /// A regulated nonprofit.
    case regulatedNonprofit = "NPREG"
    /// A declaration of trust.
    case trust = "TRUST"
    /// A designation of a registered agent.
    case agentDesignation = "AGENT"

    /// The Division's words.
    package var title: String {
        switch self {
        case .domesticProfit: "domestic profit corporation"
        case .domesticNonprofit: "domestic nonprofit corporation"
        case .foreignProfit: "foreign profit corporation"
        case .foreignNonprofit: "foreign nonprofit corporation"
        case .domesticLimitedPartnership: "domestic limited partnership"
        case .foreignLimitedPartnership: "foreign limited partnership"
        case .floridaLimitedLiability: "Florida limited liability company"
        case .foreignLimitedLiability: "foreign limited liability company"
        case .regulatedNonprofit: "nonprofit regulated"
        case .trust: "declaration of trust"
        case .agentDesignation: "designation of registered agent"
        }
    }

    /// The first letter of such entities' document numbers, where only one has been observed.
    package var documentPrefix: String? {
        switch self {
        case .domesticProfit: "P"
        case .domesticNonprofit: "N"
        case .foreignProfit, .foreignNonprofit: "F"
        case .domesticLimitedPartnership: "A"
        case .foreignLimitedPartnership: "B"
        case .floridaLimitedLiability: "L"
        case .foreignLimitedLiability: "M"
        case .agentDesignation: "Q"
        case .regulatedNonprofit, .trust: nil
        }
    }
}
