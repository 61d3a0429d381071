/// One of the Department's tax roll files.
package enum Dataset: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
    /// Sales of real property, one row per parcel and sale.
    case sdf = "SDF"
    /// Name, address, personal: accounts of tangible personal property.
    case nap = "NAP"
    /// Name, address, legal: one row per parcel of real property.
    case nal = "NAL"

    /// Reads a name in any case; `TPP` is the NAP.
    package init?(parsing text: String) {
        let name = text.uppercased()
        self.init(rawValue: name == "TPP" ? "NAP" : name)
    }

    /// The file's abbreviation.
    package var description: String { rawValue }
}

/// Which edition of a year's roll a file is.
package enum Roll: String, Sendable, Codable, CaseIterable {
    /// Submitted on 1 July, before the value adjustment boards.
    case preliminary = "P"
    /// Submitted from October on.
    case final = "F"

    /// The word in the portal's zip names.
    package var word: String {
        switch self {
        case .preliminary: "Preliminary"
        case .final: "Final"
        }
    }
}

/// Which roll a file is a submission of: the unit that a load replaces as a whole.
package struct RollIdentity: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file's kind.
    package var dataset: Dataset
    /// The county.
    package var county: County
    /// Preliminary or final.
    package var roll: Roll
    /// The assessment year.
    package var year: Int

    /// Names a roll.
    package init(dataset: Dataset, county: County, roll: Roll, year: Int) {
        self.dataset = dataset
        self.county = county
        self.roll = roll
        self.year = year
    }

    /// `SDF 16 2025P`.
    package var description: String { "\(dataset) \(county.number) \(year)\(roll.rawValue)" }
}
