import JobQueue
import PropertyData

/// Which counties and datasets a job is about.
struct RollScope: Sendable {
    let counties: [County]
    let datasets: [Dataset]

    /// Reads a job's parameters; all counties and datasets where none are named.
    init(counties: [CountyCode]?, datasets: [String]?) throws(JobFailure) {
        var read: [County] = []
        for (index, code) in (counties ?? []).enumerated() {
            do throws(PropertyDataError) {
                read.append(try County(parsing: code.text))
            } catch {
                throw JobFailure("unknown_county", error.message, field: "counties[\(index)]")
            }
        }
        var kinds: [Dataset] = []
        for (index, name) in (datasets ?? []).enumerated() {
            guard let kind = Dataset(parsing: name) else {
                throw JobFailure("unknown_dataset", "is none of NAL, SDF and NAP", field: "datasets[\(index)]")
            }
            kinds.append(kind)
        }
        self.counties = read.isEmpty ? County.all : read
        self.datasets = kinds.isEmpty ? [.nal, .sdf, .nap] : kinds
    }

    /// The rolls that fall due between two days.
    func expected(from first: CalendarDate, through last: CalendarDate) -> [RollIdentity] {
        RollCalendar.due(from: first, through: last).flatMap { roll, year in
            counties.flatMap { county in
                datasets.map { RollIdentity(dataset: $0, county: county, roll: roll, year: year) }
            }
        }
    }
}

/// A roll as results name it.
struct RollName: Encodable, Sendable {
    let dataset: Dataset
    let county: CountyEvidence
    let roll: Roll
    let year: Int

    init(_ identity: RollIdentity) {
        dataset = identity.dataset
        county = CountyEvidence(identity.county)
        roll = identity.roll
        year = identity.year
    }

    /// The members of a schema for it.
    static let properties: [JSONSchema.Property] = [
        .required("dataset", .string("the file's kind", enum: Dataset.allCases.map(\.rawValue))),
        .required("county", .county), .required("roll", .roll), .required("year", .integer("the assessment year")),
    ]
}
