/// Where a file came from, for the record.
package struct FileOrigin: Sendable, Codable, Equatable {
    /// The address it was fetched from, nil for a file that was simply there.
    package var url: String?
    /// Whether it is synthetic: made by the built-in sample source.
    package var isSample: Bool

    /// Whether it is a part of a roll only, such as the rows that pass a filter.
    package var isPartial: Bool

    /// Names an origin.
    package init(url: String? = nil, isSample: Bool = false, isPartial: Bool = false) {
        self.url = url
        self.isSample = isSample
        self.isPartial = isPartial
    }
}

/// What staging a file did.
package struct StagingReport: Sendable, Codable, Equatable {
    /// The key under which `merge` finds the rows.
    package let runKey: String
    /// The file.
    package let inspection: FileInspection
    /// What validation found.
    package let validation: ValidationReport
    /// Rows in the staging table: the valid ones.
    package let staged: Int
    /// Violations in `rejected_rows`.
    package let rejectedViolations: Int
    /// Values that no column could hold and that became null; 0 above the level `permissive`.
    package let nulledValues: Int
}

/// What merging a staged file into the live table did.
package struct MergeReport: Sendable, Codable, Equatable {
    /// The run's key.
    package let runKey: String
    /// The file's id in `source_files`.
    package let fileID: Int
    /// Rows that were not there before.
    package let inserted: Int
    /// Rows whose content changed.
    package let updated: Int
    /// Rows that were there already.
    package let unchanged: Int
    /// Rows of the same roll that the file no longer has.
    package let deleted: Int
    /// Rows staged.
    package let staged: Int
    /// Live rows of the roll after the merge; equal to `staged`, or the merge would have been undone.
    package let live: Int
}
