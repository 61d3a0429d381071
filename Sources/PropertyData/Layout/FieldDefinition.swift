/// One field of a layout.
package struct FieldDefinition: Sendable, Equatable {
    /// What the characters mean.
    package enum Kind: String, Sendable, Codable {
        /// A code, whose leading zeros count.
        case code
        /// Free text.
        case text
        /// A whole number: a count or a year.
        case int
        /// A whole number of dollars.
        case numeric
        /// A whole number that may be negative.
        case signed
        /// A number that may have decimals.
        case decimal

        /// Whether the value is a number.
        package var isNumber: Bool { self != .code && self != .text }
    }

    /// How long a value may be, in characters.
    package enum Width: Sendable, Equatable {
        /// Exactly so long.
        case fixed(Int)
        /// At most so long; 0 means that the field is reserved and blank.
        case upTo(Int)

        /// The most characters.
        package var maximum: Int {
            switch self {
            case .fixed(let length), .upTo(let length): length
            }
        }
    }

    /// When a value must be there.
    package enum Requirement: String, Sendable, Codable {
        /// On every row.
        case required
        /// Under conditions that the guide names.
        case conditional
        /// Never.
        case optional
    }

    /// The place in the Department's guide, from 1.
    package let position: Int
    /// The header's name.
    package let name: String
    /// The guide's title.
    package let title: String
    /// What the characters mean.
    package let kind: Kind
    /// How long a value may be.
    package let width: Width
    /// When a value must be there.
    package let requirement: Requirement
    /// Which values are possible, nil for any.
    package let domain: FieldDomain?

    init(
        _ position: Int,
        _ name: String,
        _ kind: Kind,
        _ width: Width,
        _ requirement: Requirement,
        _ domain: FieldDomain?,
        _ title: String
    ) {
        self.position = position
        self.name = name
        self.title = title
        self.kind = kind
        self.width = width
        self.requirement = requirement
        self.domain = domain
    }
}
