import JobQueue
import PropertyData

/// A file that could not be loaded.
struct FailedFile: Encodable, Sendable {
    let name: String
    /// Why, by the vocabulary of failures.
    let code: String
    let message: String
}

/// A file that was loaded.
struct LoadedFile: Encodable, Sendable {
    let name: String
    let kind: SunBizKind
    let issuedOn: CalendarDate
    let sha256: String
    let bytes: Int
    let records: Int
    let malformed: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int

    private enum CodingKeys: String, CodingKey {
        case name, kind, sha256, bytes, records, malformed, inserted, updated, unchanged
        case issuedOn = "issued_on"
    }

    init(_ report: SunBizLoadReport) {
        name = report.name
        kind = report.kind
        issuedOn = report.issuedOn
        sha256 = report.sha256
        bytes = report.bytes
        records = report.records
        malformed = report.malformed
        inserted = report.inserted
        updated = report.updated
        unchanged = report.unchanged
    }
}

/// What a run of `sync_entities` did.
struct SyncResult: Encodable, Sendable {
    /// The table of entities, for the steps that come next.
    let table = "sunbiz_entities"
    let source: String
    let isSample: Bool
    /// Files that the source offers.
    let filesOffered: Int
    let filesLoaded: Int
    let filesFailed: Int
    /// Files that are new and were left to the next run.
    let filesRemaining: Int
    /// The files loaded, the last hundred of them.
    let files: [LoadedFile]
    let failures: [FailedFile]
    let records: Int
    let malformed: Int
    let filtered: Int
    let inserted: Int
    let updated: Int
    let unchanged: Int
    /// Officers and owners written with their records.
    let officers: Int
    let events: Int
    let fieldDefects: Int
    let byFilingType: [String: Int]
    let defects: [RecordDefect]

    private enum CodingKeys: String, CodingKey {
        case table, source, files, failures, records, malformed, filtered, inserted, updated, unchanged, officers,
            events
        case defects
        case isSample = "is_sample"
        case filesOffered = "files_offered"
        case filesLoaded = "files_loaded"
        case filesFailed = "files_failed"
        case filesRemaining = "files_remaining"
        case fieldDefects = "field_defects"
        case byFilingType = "by_filing_type"
    }

    init(
        source: SunBizSource,
        loads: [SunBizLoadReport],
        failures: [FailedFile],
        offered: Int,
        remaining: Int
    ) {
        self.source = source.description
        isSample = source.isSample
        filesOffered = offered
        filesLoaded = loads.count
        filesFailed = failures.count
        filesRemaining = remaining
        files = loads.suffix(100).map(LoadedFile.init)
        self.failures = Array(failures.prefix(20))
        func sum(_ value: (SunBizLoadReport) -> Int) -> Int { loads.reduce(0) { $0 + value($1) } }
        records = sum(\.records)
        malformed = sum(\.malformed)
        filtered = sum(\.filtered)
        inserted = sum(\.inserted)
        updated = sum(\.updated)
        unchanged = sum(\.unchanged)
        officers = sum(\.slots)
        events = sum { $0.kind == .corporationEvents ? $0.inserted + $0.updated : 0 }
        fieldDefects = sum(\.fieldDefects)
        byFilingType = loads.reduce(into: [:]) { $0.merge($1.byFilingType) { $0 + $1 } }
        defects = Array(loads.flatMap(\.defects).prefix(20))
    }

    /// What the confidence rests on.
    var parts: [ConfidencePart] {
        let conforming = records == 0 ? 1 : 1 - Double(malformed) / Double(records)
        let tried = filesLoaded + filesFailed
        let usable = records == 0 ? 1 : max(0, 1 - Double(fieldDefects) / Double(records))
        return [
            ConfidencePart(
                "records_conforming",
                conforming,
                basis: "\(records - malformed) of \(records) records have the layout's length and their key"
            ),
            ConfidencePart(
                "files_loaded",
                tried == 0 ? 1 : Double(filesLoaded) / Double(tried),
                basis: tried == 0
                    ? "none of \(filesOffered) files is new" : "\(filesLoaded) of \(tried) new files loaded"
            ),
            ConfidencePart("fields_usable", usable, basis: "\(fieldDefects) unusable fields in \(records) records"),
        ]
    }
}
