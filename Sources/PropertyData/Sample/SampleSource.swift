import Foundation

/// The built-in source: small synthetic rolls for every county and year, the same bytes every time.
///
/// Parcels, sales and owners agree across NAL, SDF and NAP of one county and year; no person or parcel in it is real.
package enum SampleSource {
    /// The zip of a roll under the Department's name, and its bytes.
    package static func archive(
        _ identity: RollIdentity
    ) throws(PropertyDataError) -> (name: TaxRollFileName, bytes: [UInt8]) {
        let name = TaxRollFileName(identity: identity, submission: 1)
        let county = SampleCounty(county: identity.county, year: identity.year)
        let content = county.table(identity.dataset, identity.roll)
        return (name, try ZipWriter.archive(name: name.csv, content: content))
    }

    /// Writes the zip of a roll into a folder and returns its path; a file of that name is replaced in one step.
    @discardableResult
    package static func write(_ identity: RollIdentity, into folder: String) throws(PropertyDataError) -> String {
        let (name, bytes) = try archive(identity)
        let path = "\(folder)/\(name.zip)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw PropertyDataError(.inputOutput, file: name.zip, "cannot be written into \(folder): is the disk full?")
        }
        return path
    }
}
