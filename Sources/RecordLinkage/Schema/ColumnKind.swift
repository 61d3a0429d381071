/// What a column holds, which decides how its values are normalised, compared and blocked on.
package enum ColumnKind: String, Sendable, CaseIterable, Codable {
    /// A whole personal name, in either order.
    case personName = "person_name"
    /// A first or middle name.
    case givenName = "given_name"
    /// A last name.
    case familyName = "family_name"
    /// The name of a company, shop or other organisation.
    case companyName = "company_name"
    /// A street address on one line, with or without its house number.
    case address
    /// A house number alone.
    case streetNumber = "street_number"
    /// A city or suburb.
    case city
    /// A postal code.
    case zip
    /// One of a few words: a state, a country, a type.
    case category
    /// A day.
    case date
    /// A telephone number.
    case phone
    /// An e-mail address.
    case email
    /// A number or code that names one thing, such as a tax number.
    case identifier
    /// A quantity, such as a year, a price or a coordinate.
    case number
    /// Any other words.
    case text
    /// Not compared: record numbers, labels, notes.
    case ignored

    /// The words for how two values agree, best first; the last means that they do not.
    ///
    /// Level numbers count from 1; 0 is kept for a value that is missing. A level behind ``orderedLevels`` stands apart
    /// from the order.
    package var levels: [String] {
        switch self {
        case .givenName, .familyName:
            ["exact", "variant or one typo", "similar or initial", "different", "swapped with the other name"]
        case .personName, .companyName, .text:
            [
                "exact", "almost the same words", "mostly the same words", "half the words", "some words",
                "different", "exact, but common",
            ]
        case .address:
            [
                "exact", "same number, same street", "same number, similar street", "same street, a number missing",
                "same street, number nearly", "same street, other number", "same number, other street", "different",
                "same, but common",
            ]
        case .city, .category: ["exact", "similar or abbreviated", "part in common", "different"]
        case .zip: ["exact", "one typo", "same area", "different"]
        case .date: ["exact", "one typo or day and month swapped", "two of three parts", "same year", "different"]
        case .phone: ["exact", "same local number", "one typo", "different", "exact, but common"]
        case .email: ["exact", "same name or one typo", "similar", "different", "exact, but common"]
        case .identifier: ["exact", "one typo", "two typos", "different", "exact, but common"]
        case .streetNumber: ["exact", "one typo", "two typos", "different"]
        case .number: ["exact", "within 1 %", "within 5 %", "within 20 %", "different"]
        case .ignored: ["different"]
        }
    }

    /// How many of the levels stand in order of likeness, from the first.
    var orderedLevels: Int { hasApartLevel ? levels.count - 1 : levels.count }

    /// Whether the last level stands apart: swapped names, and values that so many records share that they say less.
    private var hasApartLevel: Bool { hasCommonLevel || self == .givenName || self == .familyName }

    /// Whether a value that many records share is a level of its own: an agent's address or telephone, a chain's name.
    var hasCommonLevel: Bool { hasTokens || self == .phone || self == .email || self == .identifier }

    /// Whether the column says where somebody is, which changes all at once when he moves.
    var isPlace: Bool { self == .address || self == .streetNumber || self == .city || self == .zip }

    /// The largest share of matches whose values may be wholly different, however the data look.
    ///
    /// Without it, records that share an address could pass for one thing under many names.
    var mostDifferent: Double {
        switch self {
        case .personName, .companyName, .text: 0.04
        case .familyName: 0.1
        case .givenName: 0.15
        case .identifier, .date, .email: 0.25
        default: 0.5
        }
    }

    /// The level of two common values that are equal; 99 where there is none.
    var commonLevel: Int { hasCommonLevel ? orderedLevels + 1 : 99 }

    /// Whether values are compared word by word.
    var hasTokens: Bool {
        switch self {
        case .personName, .companyName, .text, .address: true
        default: false
        }
    }
}
