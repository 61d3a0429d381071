/// The Department's name of a tax roll file: `SDF16P202501.csv`.
package struct TaxRollFileName: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Which roll it is.
    package let identity: RollIdentity
    /// The number of the submission within its roll, from 1; not a month.
    package let submission: Int

    /// Names a submission.
    package init(identity: RollIdentity, submission: Int) {
        self.identity = identity
        self.submission = submission
    }

    /// Reads a name, with or without a folder before it and `.csv` or `.zip` after it, in any case.
    package init(parsing path: String) throws(PropertyDataError) {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let pattern = #/(SDF|NAP|NAL)(\d{2})([PF])(\d{4})(\d{2})(?:\.(?:csv|zip))?/#.ignoresCase()
        guard let match = file.wholeMatch(of: pattern), let dataset = Dataset(parsing: String(match.1)),
            let number = Int(match.2), let roll = Roll(rawValue: match.3.uppercased()), let year = Int(match.4),
            let submission = Int(match.5)
        else {
            throw PropertyDataError(
                .invalidFileName,
                file: file,
                "not a name like SDF16P202501.csv: dataset, county number, P or F, year, submission"
            )
        }
        let county = try County(number: number)
        self.init(
            identity: RollIdentity(dataset: dataset, county: county, roll: roll, year: year),
            submission: submission
        )
    }

    /// The name without an extension.
    package var description: String {
        let number = submission < 10 ? "0\(submission)" : String(submission)
        return "\(identity.dataset)\(identity.county.number)\(identity.roll.rawValue)\(identity.year)\(number)"
    }

    /// The name of the table.
    package var csv: String { "\(self).csv" }

    /// The name of the archive.
    package var zip: String { "\(self).zip" }
}
