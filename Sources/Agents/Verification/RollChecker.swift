import JobModel
import PostgresClient
import PropertyData

/// Re-reads the tax roll files that the steps of `florida_data` name, and compares them with what the tables have.
struct RollChecker: ClaimChecker {
    let files: FileChecker
    let postgres: PostgresClient?
    let sampleRows: Int

    func claims(of step: FinishedStep) async throws -> [Claim] {
        guard step.worker == "florida_data" else { return [] }
        switch step.action {
        case "download": return try await downloaded(step)
        case "process": return try await processed(step)
        case "upload": return try await uploaded(step)
        default: return []
        }
    }

    private func downloaded(_ step: FinishedStep) async throws -> [Claim] {
        guard let lines = step.number("lines"), let bytes = step.number("table_bytes") else { return [] }
        switch try await table(of: step, sample: 0) {
        case .failure(let why):
            return [.unchecked(step.name, "lines", claimed: String(lines), why.reason)]
        case .success(let table):
            return [
                .counted(step.name, "lines", claimed: lines, found: table.lines, how: "counted in the file's bytes"),
                .counted(step.name, "table_bytes", claimed: bytes, found: table.bytes, how: "counted in the file"),
            ]
        }
    }

    private func processed(_ step: FinishedStep) async throws -> [Claim] {
        guard let rows = step.number("rows_read"), let staging = step.text("staging.id") else { return [] }
        var claims: [Claim] = []
        switch try await table(of: step, sample: 0) {
        case .failure(let why): claims.append(.unchecked(step.name, "rows_read", claimed: String(rows), why.reason))
        case .success(let table):
            let how = "records counted in the file's bytes"
            claims.append(.counted(step.name, "rows_read", claimed: rows, found: table.records, how: how))
        }
        guard let postgres, let valid = step.number("rows_valid") else { return claims }
        let name = try await postgres.query(
            "SELECT table_name FROM staged_files WHERE run_key = $1 AND to_regclass(table_name) IS NOT NULL",
            [.text(staging)]
        ).first.map { try $0.decode(0, as: String.self) }
        // The name is one that the loader made; whatever else stands there is not put into a statement.
        guard let name, name.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "_" }) else {
            let why = "the staging table is gone: it is dropped when its rows are merged"
            return claims + [.unchecked(step.name, "rows_valid in the staging table", claimed: String(valid), why)]
        }
        let found: Int = try await postgres.query("SELECT count(*) FROM \(name)").first?.decode(0) ?? 0
        let subject = "rows_valid in the staging table"
        return claims + [.counted(step.name, subject, claimed: valid, found: found, how: "counted in the table")]
    }

    private func uploaded(_ step: FinishedStep) async throws -> [Claim] {
        guard let live = step.number("rows_live"), let fileID = step.number("source_file_id") else { return [] }
        func unchecked(_ why: String) -> [Claim] {
            [.unchecked(step.name, "rows_live", claimed: String(live), why)]
        }
        guard let postgres else { return unchecked("this agent has no database") }
        guard let load = try await RollLoad(id: fileID, postgres) else {
            return [
                Claim(
                    step: step.name,
                    subject: "source_file_id",
                    claimed: String(fileID),
                    found: nil,
                    verdict: .refuted,
                    how: "table source_files has no such load"
                )
            ]
        }
        guard load.isNewest else { return unchecked("a later file of the roll has taken its rows' place") }
        var claims: [Claim] = [
            .counted(
                step.name,
                "rows_live",
                claimed: live,
                found: try await load.liveRows(postgres),
                how: "counted in table \(load.table.rawValue)"
            )
        ]
        if let staged = step.number("rows_staged") {
            claims.append(
                .counted(step.name, "rows_staged", claimed: staged, found: load.rows, how: "recorded in source_files")
            )
        }
        claims.append(try await sampled(step, load, postgres))
        return claims
    }

    /// Compares a sample of the file's records with the rows of the live table.
    private func sampled(_ step: FinishedStep, _ load: RollLoad, _ postgres: PostgresClient) async throws -> Claim {
        let subject = "sampled rows in table \(load.table.rawValue)"
        let evidence = ClaimedFile(
            path: nil,
            name: load.fileName,
            sha256: load.sha256,
            bytes: nil,
            object: [:]
        )
        let table: RawTable
        switch try await read(evidence, sample: sampleRows) {
        case .failure(let why): return .unchecked(step.name, subject, why.reason)
        case .success(let read): table = read
        }
        guard !table.sample.isEmpty else { return .unchecked(step.name, subject, "the file has no rows") }
        let comparison = RowComparison(load: load, header: table.header, postgres: postgres)
        var agreeing = 0
        var differences: [String] = []
        for record in table.sample {
            try Task.checkCancellation()
            if let difference = try await comparison.difference(of: record) {
                differences.append("line \(record.firstLine): \(difference)")
            } else {
                agreeing += 1
            }
        }
        let how =
            differences.isEmpty
            ? "read again from the file's bytes, \(comparison.columns.count) columns compared"
            : differences.prefix(5).joined(separator: "; ")
        return .counted(step.name, subject, claimed: table.sample.count, found: agreeing, how: how)
    }

    /// Why a file could not be read.
    struct Unreadable: Error {
        let reason: String
    }

    private func table(of step: FinishedStep, sample: Int) async throws -> Result<RawTable, Unreadable> {
        guard let file = ClaimedFile.all(in: step.result).first else {
            return .failure(Unreadable(reason: "the result names no file"))
        }
        return try await read(file, sample: sample)
    }

    private func read(_ file: ClaimedFile, sample: Int) async throws -> Result<RawTable, Unreadable> {
        guard let path = files.locate(file) else {
            return .failure(Unreadable(reason: "\(file.name) is not on this machine (any more)"))
        }
        do {
            let seed = UInt64(file.sha256.prefix(15), radix: 16) ?? 1
            return .success(try await RawTable(path: path, sampleSize: sample, seed: seed))
        } catch let error as PropertyDataError {
            return .failure(Unreadable(reason: "\(file.name) cannot be read: \(error.message)"))
        }
    }
}
