import JobQueue
import PropertyData

/// A county as a job's parameters name it: a text or a whole number.
struct CountyCode: Decodable, Sendable {
    /// `BROWARD`, `DOR:16`, `FIPS:12011`, `06`.
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            text = try container.decode(String.self)
        } catch DecodingError.typeMismatch {
            text = String(try container.decode(Int.self))
        }
    }
}

extension RollIdentity {
    /// Reads what a job's parameters say, and names the one that is wrong.
    init(county: CountyCode, dataset: String, roll: String, year: Int) throws(JobFailure) {
        guard let kind = Dataset(parsing: dataset) else {
            throw JobFailure(
                "unknown_dataset",
                "is none of NAL, SDF and NAP",
                field: "dataset"
            )
        }
        guard let edition = Roll(rawValue: roll.uppercased()) else {
            throw JobFailure("unknown_roll", "the roll is P (preliminary) or F (final)", field: "roll")
        }
        guard (2000...2100).contains(year) else {
            throw JobFailure("invalid_year", "the year is from 2000 to 2100", field: "year")
        }
        do throws(PropertyDataError) {
            self.init(dataset: kind, county: try County(parsing: county.text), roll: edition, year: year)
        } catch {
            throw JobFailure(error)
        }
    }
}
