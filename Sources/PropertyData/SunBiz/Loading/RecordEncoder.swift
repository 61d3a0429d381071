import PostgresClient

/// Turns records into rows of their staging table, in COPY's text format.
struct RecordEncoder {
    private let columns: [SunBizTable.Column]
    private let required: [(field: RecordField, isNumber: Bool)]
    private let typeField: RecordField?
    private let filter: Set<String>
    /// What could not be used.
    private(set) var defects = DefectTally()
    /// Records read.
    private(set) var records = 0
    /// Records of other filing types than asked for.
    private(set) var filtered = 0
    /// Records encoded, by filing type; the empty text for a blank one.
    private(set) var byFilingType: [String: Int] = [:]

    /// Prepares the encoding of a kind of record; with filing types, those of other types are left out.
    init(_ kind: SunBizKind, filingTypes: Set<String>) {
        let table = SunBizTable.of(kind)
        columns = table.staged
        required = columns.compactMap { column in
            guard case .required(let field) = column.source else { return nil }
            return (field, column.type == "integer")
        }
        typeField = RecordLayout.of(kind).find("COR_FILING_TYPE")
        filter = kind == .corporations ? filingTypes : []
    }

    /// Adds a record, unless it is unusable or not asked for.
    mutating func encode(_ record: FixedWidthRecord, into rows: inout CopyTextRows) {
        records += 1
        guard record.isConforming else {
            let message = "the record has \(record.length) bytes, not \(record.layout.length)"
            return defects.malformed(record, message)
        }
        for (field, isNumber) in required {
            let value = record.slice(field)
            guard !value.isEmpty else { return defects.malformed(record, "is blank", field: field.name) }
            guard !isNumber || value.allSatisfy(\.isDigit) else {
                return defects.malformed(record, "is not a whole number", field: field.name)
            }
        }
        if let typeField {
            let type = record.text(typeField) ?? ""
            guard filter.isEmpty || filter.contains(type) else {
                filtered += 1
                return
            }
            byFilingType[type, default: 0] += 1
        }
        rows.field(records)
        for column in columns { encode(column.source, record, &rows) }
        rows.endRow()
    }

    private mutating func encode(
        _ source: SunBizTable.Source,
        _ record: FixedWidthRecord,
        _ rows: inout CopyTextRows
    ) {
        switch source {
        case .text(let field), .required(let field): write(field, record, &rows)
        case .collapsed(let field):
            write(record.text(field).map { $0.split(separator: " ").joined(separator: " ") }, &rows)
        case .code(let field, let known):
            let value = record.text(field)
            if let value, !known.contains(value) {
                defects.field(record, field, "is none of the Division's codes")
            }
            write(value, &rows)
        case .date(let field, let yearMayBeFirst):
            switch RecordDates.read(record.slice(field), yearMayBeFirst: yearMayBeFirst) {
            case .none: rows.null()
            case .date(let date): rows.field(date.description)
            case .invalid:
                defects.field(record, field, "is not a date of the form MMDDYYYY")
                rows.null()
            }
        case .number(let field):
            let value = record.slice(field).bindMemory(to: UInt8.self)
            if value.isEmpty { return rows.null() }
            guard let number = DecimalText.integer(value) else {
                defects.field(record, field, "is not a whole number")
                return rows.null()
            }
            rows.field(number)
        case .flag(let field):
            switch record.slice(field).first {
            case nil: rows.null()
            case UInt8(ascii: "Y"): rows.field("t")
            case UInt8(ascii: "N"): rows.field("f")
            default:
                defects.field(record, field, "is neither Y nor N")
                rows.null()
            }
        case .zip(let five, let four):
            let tail = record.text(four)
            write(record.text(five).map { head in tail.map { "\(head)-\($0)" } ?? head }, &rows)
        case .normalized(let field): rows.field(record.text(field).map(CompanyName.normalized) ?? "")
        case .personal(let field, let kind):
            let isPerson = record.slice(kind).elementsEqual(PartyKind.person.rawValue.utf8)
            if isPerson { write(field, record, &rows) } else { rows.null() }
        case .joined(let fields):
            let texts = fields.compactMap { record.text($0) }
            write(texts.isEmpty ? nil : texts.joined(separator: " "), &rows)
        case .hash: rows.field(record.hash)
        }
    }

    private func write(_ field: RecordField, _ record: FixedWidthRecord, _ rows: inout CopyTextRows) {
        let slice = record.slice(field)
        // Most fields are plain ASCII and need no text of their own.
        if slice.isEmpty {
            rows.null()
        } else if slice.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            rows.field(slice.bindMemory(to: UInt8.self))
        } else {
            write(record.text(field), &rows)
        }
    }

    private func write(_ text: String?, _ rows: inout CopyTextRows) {
        if let text, !text.isEmpty { rows.field(text) } else { rows.null() }
    }
}
