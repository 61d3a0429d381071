import PropertyData

/// A county as results name it: the number is the Department of Revenue's, and says so.
struct CountyEvidence: Codable, Sendable, Hashable {
    /// The Department's number, 11 to 77.
    let dorNumber: Int
    /// The usual name.
    let name: String

    private enum CodingKeys: String, CodingKey {
        case dorNumber = "dor_number"
        case name
    }

    init(_ county: County) {
        dorNumber = county.number
        name = county.name
    }
}
