/// Why a county, a file, a source or a load was refused.
package struct PropertyDataError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The closed set of reasons.
    package enum Code: String, Sendable, Equatable, CaseIterable {
        /// No such county in any of the accepted schemes.
        case unknownCounty
        /// A file name that is none of the Department's.
        case invalidFileName
        /// The source has no such file.
        case fileNotFound
        /// A file cannot be read or written.
        case inputOutput
        /// What should be a zip or CSV is an HTML page.
        case htmlPage
        /// The file is neither a zip nor a CSV of a tax roll.
        case notAnArchive
        /// The archive ends before its directory or its data do.
        case truncatedArchive
        /// The archive contradicts itself: checksum, sizes, compressed data.
        case corruptArchive
        /// The archive uses what this reader does not know: encryption, another compression.
        case unsupportedArchive
        /// The archive holds no file of the expected name.
        case unexpectedContent
        /// A column of the layout is not in the header.
        case missingColumn
        /// The header names a column twice.
        case duplicateColumn
        /// The header is not of the expected layout.
        case wrongHeader
        /// A quoted field has no end.
        case unterminatedQuote
        /// A record is longer than the limit.
        case recordTooLong
        /// The rows are not of the county, year or roll that the file's name says.
        case wrongIdentity
        /// There is no staged file of that run.
        case notStaged
        /// The merge would delete more rows than allowed.
        case tooManyDeletions
        /// After the merge the live rows differ from the staged ones.
        case parityFailed
        /// No line of the file is a record of the layout that its name says.
        case wrongLayout
        /// Synthetic rows would come among real ones.
        case sampleOverReal
        /// What is staged is not a whole roll.
        case partialRoll
    }

    /// The reason.
    package let code: Code
    /// The file concerned, without its folder.
    package let file: String?
    /// The line concerned, counted from 1.
    package let line: Int?
    /// What was found and what to do about it; never more of a file's content than a column's name.
    package let message: String

    /// Creates an error.
    package init(_ code: Code, file: String? = nil, line: Int? = nil, _ message: String) {
        self.code = code
        self.file = file
        self.line = line
        self.message = message
    }

    /// Code, file, line and message in one line.
    package var description: String {
        let place = [file, line.map { "line \($0)" }].compactMap(\.self).joined(separator: ", ")
        return "\(code.rawValue)\(place.isEmpty ? "" : " (\(place))"): \(message)"
    }
}
