/// One of Florida's 67 counties, known by the Department of Revenue's number.
package struct County: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The Department's number, 11 to 77: the CO_NO of every row, and part of every file name.
    package let number: Int
    /// The usual name: `Miami-Dade`, `St. Johns`.
    package let name: String
    /// The three digits of the federal county code as a number.
    package let fipsCounty: Int
    /// The code of the existing API, 1 to 67: alphabetical, with Miami-Dade under M.
    package let alphabeticalCode: Int
    /// How the portal spells the county in zip names, the likeliest first.
    package let portalNames: [String]

    /// The federal code with the state's, 12011 for Broward.
    package var fips: Int { 12_000 + fipsCounty }

    /// The usual name.
    package var description: String { name }

    /// By the Department's number.
    package static func < (left: County, right: County) -> Bool { left.number < right.number }

    /// Counties are the same when their numbers are.
    package static func == (left: County, right: County) -> Bool { left.number == right.number }

    /// By the Department's number.
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension County: Codable {
    /// Reads a Department number.
    package init(from decoder: any Decoder) throws {
        self = try County(number: decoder.singleValueContainer().decode(Int.self))
    }

    /// Writes the Department's number.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }
}
