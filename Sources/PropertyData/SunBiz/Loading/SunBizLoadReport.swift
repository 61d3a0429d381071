/// A file of the Division as it is to be loaded.
package struct SunBizLoad: Sendable {
    /// The key of the run; the same run loads a file once.
    package var runKey: String
    /// Where the file came from, for the record.
    package var source: String
    /// What the source says of the file's version, by which an unchanged one is known without fetching it.
    package var version: String?
    /// Whether the file is synthetic.
    package var isSample: Bool
    /// The day that the content stands for: a daily file's own, of a quarterly file the day of its publication.
    package var issuedOn: CalendarDate
    /// The filing types to load; empty for all.
    package var filingTypes: Set<String>
    /// SHA-256 of the file, in hexadecimal.
    package var sha256: String

    /// Combines the parts.
    package init(
        runKey: String,
        source: String,
        version: String? = nil,
        isSample: Bool = false,
        issuedOn: CalendarDate,
        filingTypes: Set<String> = [],
        sha256: String
    ) {
        self.runKey = runKey
        self.source = source
        self.version = version
        self.isSample = isSample
        self.issuedOn = issuedOn
        self.filingTypes = filingTypes
        self.sha256 = sha256
    }
}

/// What loading a file of the Division did.
package struct SunBizLoadReport: Sendable, Codable, Equatable {
    /// The file's name.
    package let name: String
    /// What its records are.
    package let kind: SunBizKind
    /// The day that its content stands for.
    package let issuedOn: CalendarDate
    /// SHA-256 of the file.
    package let sha256: String
    /// How many bytes the file has on disk.
    package let bytes: Int
    /// Records read.
    package let records: Int
    /// Records of a wrong length or without their key.
    package let malformed: Int
    /// Records of other filing types than asked for.
    package let filtered: Int
    /// Records that a later one of the same file replaces.
    package let repeated: Int
    /// Rows that were not there before.
    package let inserted: Int
    /// Rows whose content changed.
    package let updated: Int
    /// Rows that were there already, as they are or newer.
    package let unchanged: Int
    /// Officers or owners written with them.
    package let slots: Int
    /// Fields whose value cannot be used and became null, or whose code is unknown.
    package let fieldDefects: Int
    /// Some of the defects.
    package let defects: [RecordDefect]
    /// Records loaded by filing type.
    package let byFilingType: [String: Int]
}
