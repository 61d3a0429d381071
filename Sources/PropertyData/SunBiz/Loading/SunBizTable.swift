/// The tables that a kind of record goes to, and how its fields become columns.
struct SunBizTable: Sendable {
    /// Where a column's value comes from.
    enum Source: Sendable {
        /// A text; null where blank.
        case text(RecordField)
        /// A text that must be there, or the record cannot be loaded.
        case required(RecordField)
        /// A text with single spaces.
        case collapsed(RecordField)
        /// A code of a known list; another one is kept and counted as a defect.
        case code(RecordField, Set<String>)
        /// A date.
        case date(RecordField, yearMayBeFirst: Bool)
        /// A whole number.
        case number(RecordField)
        /// Y or N.
        case flag(RecordField)
        /// Five digits, and four more after a hyphen where there are.
        case zip(RecordField, RecordField)
        /// A name's normalized form.
        case normalized(RecordField)
        /// A person's name column, null for a corporation.
        case personal(RecordField, kind: RecordField)
        /// Several texts, one after the other.
        case joined([RecordField])
        /// The hash of the record.
        case hash
    }

    /// A column.
    struct Column: Sendable {
        let name: String
        let type: String
        let source: Source
    }

    /// A table of what a record holds several of: officers, owners.
    struct Slots: Sendable {
        let name: String
        /// The columns of each slot, in the order of the first's names.
        let slots: [[Column]]
        /// The column without which a slot is empty.
        let presence: String
    }

    /// The table of the records.
    let name: String
    /// Its key.
    let key: [String]
    /// Its columns, those of the key first.
    let columns: [Column]
    /// The table of the slots, if there is one.
    let slots: Slots?

    /// Every column that is staged: the record's own, then those of its slots as `s1_name`….
    var staged: [Column] {
        columns
            + (slots?.slots.enumerated().flatMap { slot, columns in
                columns.map { Column(name: "s\(slot + 1)_\($0.name)", type: $0.type, source: $0.source) }
            } ?? [])
    }

    /// The tables of a kind of record.
    static func of(_ kind: SunBizKind) -> SunBizTable {
        switch kind {
        case .corporations: entities
        case .corporationEvents: events
        case .fictitiousNames: fictitiousNames
        }
    }
}

/// Makes columns by the names of a layout's fields.
struct ColumnMaker {
    let layout: RecordLayout

    init(_ kind: SunBizKind) {
        layout = RecordLayout.of(kind)
    }

    /// Columns of text, each named with its field.
    func texts(_ pairs: KeyValuePairs<String, String>) -> [SunBizTable.Column] {
        pairs.map { text($0.key, .text(layout.field($0.value))) }
    }

    /// A column of text.
    func text(_ name: String, _ source: SunBizTable.Source) -> SunBizTable.Column {
        SunBizTable.Column(name: name, type: "text", source: source)
    }

    /// A column of another type.
    func column(_ name: String, _ type: String, _ source: SunBizTable.Source) -> SunBizTable.Column {
        SunBizTable.Column(name: name, type: type, source: source)
    }

    /// A column of dates.
    func date(_ name: String, _ field: String, yearMayBeFirst: Bool = false) -> SunBizTable.Column {
        column(name, "date", .date(layout.field(field), yearMayBeFirst: yearMayBeFirst))
    }

    /// The hash of the record.
    var hash: SunBizTable.Column { column("row_hash", "bigint", .hash) }
}
