/// One pass over a table: reads, matches the header, validates, and hands the rows out piece by piece.
///
/// Not Sendable: it belongs to the task that runs it.
final class RollScan {
    /// How many bytes of the table have been read.
    var position: Int { stream.position }

    /// How many rows have been read.
    private(set) var rows = 0
    private let file: TaxRollFile
    private let layout: FileLayout
    private let fieldCount: Int
    private let stream: TaxRollStream
    private let reader: CSVReader
    private let validator: RollValidator
    private var header: HeaderMap?
    /// Where the current row's values lie, by the layout's fields.
    private let ranges: UnsafeMutablePointer<FieldRange>
    private var isFinished = false

    /// Opens a table at its start.
    init(
        _ file: TaxRollFile,
        encoding: TextEncoding,
        level: ValidationLevel,
        additional: RuleSet? = nil
    ) throws(PropertyDataError) {
        self.file = file
        layout = FileLayout.of(file.name.identity.dataset)
        fieldCount = layout.fields.count
        stream = try file.stream()
        reader = CSVReader(encoding: encoding, file: file.fileName)
        validator = RollValidator(
            layout,
            level: level,
            identity: file.name.identity,
            additional: additional
        )
        ranges = .allocate(capacity: layout.fields.count)
        ranges.initialize(repeating: FieldRange(), count: layout.fields.count)
    }

    deinit {
        ranges.deallocate()
    }

    /// Reads one piece of the table and hands out its rows: the valid ones to one body, of the others the violations.
    ///
    /// False at the end of the table.
    func next(
        valid: (RollRow) -> Void,
        invalid: ([RowIssue]) -> Void
    ) throws(PropertyDataError) -> Bool {
        guard !isFinished else { return false }
        if let piece = try stream.next() {
            reader.append(piece)
        } else {
            reader.finish()
            isFinished = true
        }
        if header == nil, try reader.next() {
            header = try HeaderMap(reader.texts(), layout: layout, file: file.fileName)
        }
        guard let header else {
            guard !isFinished else { throw PropertyDataError(.wrongHeader, file: file.fileName, "the table is empty") }
            return true
        }
        try header.columns.withUnsafeBufferPointer { columns throws(PropertyDataError) in
            guard let columns = columns.baseAddress else { return }
            while try reader.next() { row(columns, header.columnCount, valid, invalid) }
        }
        return true
    }

    /// What was found, once the table has been read to its end.
    func report() -> ValidationReport {
        validator.finish(file.name, unknownColumns: header?.unknown ?? [])
    }

    @inline(__always)
    private func row(
        _ columns: UnsafePointer<Int32>,
        _ columnCount: Int,
        _ valid: (RollRow) -> Void,
        _ invalid: ([RowIssue]) -> Void
    ) {
        rows += 1
        guard reader.fieldCount == columnCount else {
            validator.rejectRagged(line: reader.line, columns: reader.fieldCount)
            return invalid(validator.errors)
        }
        let record = reader.record
        locate(record.bytes, record.fields, columns)
        let row = RollRow(bytes: record.bytes, ranges: UnsafePointer(ranges), line: reader.line)
        if validator.check(row) { valid(row) } else { invalid(validator.errors) }
    }

    /// Finds the fields' values, without the spaces around them: once a row, for all who look at them.
    @inline(__always)
    private func locate(
        _ bytes: UnsafePointer<UInt8>,
        _ fields: UnsafePointer<CSVField>,
        _ columns: UnsafePointer<Int32>
    ) {
        for field in 0..<fieldCount {
            let column = Int(columns[field])
            guard column >= 0 else { continue }
            var start = fields[column].start
            var end = fields[column].end
            while start < end, bytes[Int(start)] == UInt8(ascii: " ") { start += 1 }
            while start < end, bytes[Int(end) - 1] == UInt8(ascii: " ") { end -= 1 }
            ranges[field] = FieldRange(start: start, count: end - start)
        }
    }
}
