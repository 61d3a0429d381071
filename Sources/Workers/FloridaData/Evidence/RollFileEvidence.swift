import JobQueue
import PropertyData

/// A verified tax roll file: what `download` hands to the steps after it.
struct RollFileEvidence: Codable, Sendable, Equatable {
    /// Where the file lies on the machine that fetched it.
    let path: String
    /// The Department's name of the file, `SDF16P202501.zip`.
    let name: String
    /// SHA-256 of the file, in hexadecimal.
    let sha256: String
    /// How many bytes the file has.
    let bytes: Int
    /// The file's kind.
    let dataset: Dataset
    /// The county.
    let county: CountyEvidence
    /// Preliminary or final.
    let roll: Roll
    /// The assessment year.
    let year: Int
    /// The number of the submission within its roll.
    let submission: Int
    /// The source that it came from, as a job can name it again.
    let source: String
    /// The exact address within the source.
    let address: String
    /// Whether the file is synthetic.
    let isSample: Bool
    /// Whether the file is a part of a roll, which must not take the roll's place; nil for a whole one.
    var isPartial: Bool?

    private enum CodingKeys: String, CodingKey {
        case path, name, sha256, bytes, dataset, county, roll, year, submission, source, address
        case isSample = "is_sample"
        case isPartial = "is_partial"
    }
}

extension RollFileEvidence {
    /// Which roll the file is a submission of.
    var identity: RollIdentity {
        get throws(JobFailure) {
            do throws(PropertyDataError) {
                let county = try County(number: county.dorNumber)
                return RollIdentity(dataset: dataset, county: county, roll: roll, year: year)
            } catch {
                throw JobFailure(error)
            }
        }
    }

    init(_ obtained: ObtainedRoll, source: RollSource, isSample: Bool? = nil) {
        let inspection = obtained.inspection
        let identity = inspection.name.identity
        path = obtained.path
        name = obtained.name
        sha256 = inspection.sha256
        bytes = inspection.bytes
        dataset = identity.dataset
        county = CountyEvidence(identity.county)
        roll = identity.roll
        year = identity.year
        submission = inspection.name.submission
        self.source = source.description
        address = obtained.address
        self.isSample = isSample ?? source.isSample
    }
}
