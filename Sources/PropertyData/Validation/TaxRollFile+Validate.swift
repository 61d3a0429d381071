extension TaxRollFile {
    /// Validates the table at constant memory and loads nothing.
    ///
    /// The rules of `additional` are checked at every level. `reject` gets the violations of each row that is not valid, in the file's order. Progress counts bytes of the
    /// table; cancellation is noticed every 256 KiB.
    package func validate(
        level: ValidationLevel,
        additional: RuleSet? = nil,
        encoding: TextEncoding? = nil,
        progress: ProgressReport? = nil,
        reject: ([RowIssue]) -> Void = { _ in }
    ) async throws -> ValidationReport {
        let encoding = if let encoding { encoding } else { try await inspect().encoding }
        let scan = try RollScan(self, encoding: encoding, level: level, additional: additional)
        while try scan.next(valid: { _ in }, invalid: reject) {
            try Task.checkCancellation()
            try await progress?(scan.position, tableByteCount, "bytes")
        }
        return scan.report()
    }
}
