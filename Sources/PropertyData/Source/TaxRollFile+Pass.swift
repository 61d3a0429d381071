import PostgresClient

/// How much is done with a table in one pass over it, each more than the one before.
package enum TablePass: String, Sendable, CaseIterable {
    /// Its bytes are read, and inflated where the file is a zip.
    case bytes
    /// Also split into records and fields.
    case records
    /// Also checked at the lowest level.
    case permissive
    /// Also types, widths and codes.
    case standard
    /// Also the rules over several fields and the whole file.
    case strict
    /// Checked at the level `standard`, and the valid rows written in the form that PostgreSQL copies.
    case encoded
}

extension TaxRollFile {
    /// Goes over the table, keeps nothing, and returns how many rows it has; 0 of `bytes`.
    ///
    /// For measurements: what `stage` does with a table before PostgreSQL sees it.
    package func run(_ pass: TablePass, encoding: TextEncoding = .utf8) throws(PropertyDataError) -> Int {
        let level: ValidationLevel
        switch pass {
        case .bytes:
            let stream = try stream()
            while try stream.next() != nil {}
            return 0
        case .records: return try countRecords(encoding)
        case .permissive: level = .permissive
        case .standard, .encoded: level = .standard
        case .strict: level = .strict
        }
        let scan = try RollScan(self, encoding: encoding, level: level)
        let encoder = pass == .encoded ? RowEncoder(name.identity) : nil
        while try scan.next(valid: { encoder?.encode($0) }, invalid: { _ in }) { encoder?.rows.discard() }
        return scan.rows
    }

    private func countRecords(_ encoding: TextEncoding) throws(PropertyDataError) -> Int {
        let stream = try stream()
        let reader = CSVReader(encoding: encoding, file: fileName)
        var records = 0
        while let piece = try stream.next() {
            reader.append(piece)
            while try reader.next() { records += 1 }
        }
        reader.finish()
        while try reader.next() { records += 1 }
        // The header is none of the rows.
        return max(0, records - 1)
    }
}
