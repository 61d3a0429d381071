import Foundation
import JobQueue
import PropertyData

/// Writes rows with any columns as a CSV in a dataset's layout; memory stays constant.
final class LayoutWriter {
    let path: String
    private(set) var read = 0
    private(set) var written = 0
    private(set) var unknownColumns: [String] = []
    private let layout: FileLayout
    private let filters: RowFilters
    private let mapping: FieldMapping?
    private let file: FileHandle
    private var text = ""
    /// The column of each field, nil where there is none.
    private var columns: [Int?] = []
    private var first: (county: County, year: Int)?

    init(_ layout: FileLayout, path: String, filters: RowFilters, mapping: FieldMapping?) throws(JobFailure) {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw JobFailure("work_folder_unusable", "\(path) cannot be created", isRetryable: true) }
        self.layout = layout
        self.path = path
        self.filters = filters
        self.mapping = mapping
        self.file = file
        text = layout.fields.map(\.name).joined(separator: ",") + "\n"
    }

    /// Takes the names of the columns.
    func begin(_ header: [String]) throws(JobFailure) {
        var used: Set<Int> = []
        columns = layout.fields.map { field in
            let column =
                mapping?[field.name].flatMap(header.firstIndex(of:))
                ?? header.firstIndex { name in layout.index(of: name).map { layout.fields[$0].name } == field.name }
            if let column { used.insert(column) }
            return column
        }
        unknownColumns = header.indices.filter { !used.contains($0) }.map { String(header[$0].prefix(40)) }
        guard !used.isEmpty else {
            throw JobFailure("wrong_header", "no column is a field of the \(layout.dataset)", field: "data")
        }
    }

    /// Takes a row.
    func append(_ values: [String]) throws(JobFailure) {
        read += 1
        let cells = columns.map { column in column.flatMap { $0 < values.count ? values[$0] : nil } ?? "" }
        guard filters.pass(cells) else { return }
        written += 1
        if first == nil { first = identity(cells) }
        text += cells.map(InlineTable.cell).joined(separator: ",") + "\n"
        if text.utf8.count > 1 << 16 { try flush() }
    }

    /// Writes what is left.
    func finish() throws(JobFailure) {
        try flush()
        try? file.close()
    }

    /// County and year of the first row that has them.
    func identity(_ roll: Roll) throws(JobFailure) -> RollIdentity {
        guard let first else {
            throw JobFailure(
                "unknown_roll",
                "no row has CO_NO and ASMNT_YR: name county and year",
                field: "county"
            )
        }
        return RollIdentity(dataset: layout.dataset, county: first.county, roll: roll, year: first.year)
    }

    private func identity(_ cells: [String]) -> (County, Int)? {
        guard let county = layout.index(of: "CO_NO"), let year = layout.index(of: "ASMNT_YR"),
            let number = Int(cells[county]), let found = try? County(number: number), let assessed = Int(cells[year]),
            (1000...9999).contains(assessed)
        else { return nil }
        return (found, assessed)
    }

    private func flush() throws(JobFailure) {
        do {
            try file.write(contentsOf: Data(text.utf8))
            text = ""
        } catch {
            throw JobFailure("work_folder_unusable", "\(path) cannot be written", isRetryable: true)
        }
    }
}
