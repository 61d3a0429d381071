import PropertyData

/// Staged rows, by reference: what `process` hands to `validate` and `upload`.
struct StagingEvidence: Codable, Sendable, Equatable {
    /// The key under which the database knows the rows.
    let id: String
    /// The file that the rows are from, from which they can be staged again.
    let file: RollFileEvidence
    /// How far the rows were checked.
    let level: ValidationLevel
    /// How many rows were staged.
    let rows: Int

    init(_ report: StagingReport, _ file: RollFileEvidence) {
        id = report.runKey
        self.file = file
        level = report.validation.level
        rows = report.staged
    }
}
