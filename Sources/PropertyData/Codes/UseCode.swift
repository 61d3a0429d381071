/// One of the Department's land use codes.
package struct UseCode: Sendable, Equatable, Codable {
    /// Three digits, 000 to 099.
    package let code: String
    /// The group: Residential, Commercial, Agricultural….
    package let category: String
    /// Whether the land is vacant.
    package let isVacant: Bool
    /// The stratum of the Department's statistics, in its own words.
    package let basicStratum: String
    /// What the land is used for.
    package let title: String

    /// The use of a code, nil for an unknown code.
    package static func find(_ code: String) -> UseCode? {
        Int(code).flatMap { byNumber[$0] }.flatMap { $0.code == code ? $0 : nil }
    }

    private static let byNumber = Dictionary(uniqueKeysWithValues: all.map { (Int($0.code) ?? 0, $0) })
}
