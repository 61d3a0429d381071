/// A record of cordata, field by field; valid as long as the record is.
package struct CorporationRecord {
    /// An officer, director, manager or member.
    package struct Officer: Sendable, Equatable {
        /// The place in the record, 1 to 6.
        package let slot: Int
        /// The title as filed, such as `MGR`.
        package let title: String?
        /// Whether it is a person.
        package let kind: PartyKind?
        /// The name as one text with single spaces.
        package let name: String
        /// Last, first and middle name of a person.
        package let person: PersonName?
    }

    /// A person's name in its three columns.
    package struct PersonName: Sendable, Equatable {
        package let last: String?
        package let first: String?
        package let middle: String?
    }

    private let record: FixedWidthRecord

    /// Reads a record of the kind `corporations`.
    package init(_ record: FixedWidthRecord) {
        self.record = record
    }

    private func text(_ name: String) -> String? { record.text(record.layout.field(name)) }

    private func date(_ name: String) -> CalendarDate? {
        guard case .date(let date) = RecordDates.read(record.slice(record.layout.field(name))) else { return nil }
        return date
    }

    /// The document number, by which the entity is known.
    package var documentNumber: String? { text("COR_NUMBER") }
    /// The entity's name.
    package var name: String? { text("COR_NAME") }
    /// Whether it exists; nil for a blank or unknown code.
    package var status: EntityStatus? { text("COR_STATUS").flatMap(EntityStatus.init) }
    /// What it is filed as; nil for a blank or unknown code.
    package var filingType: FilingType? { text("COR_FILING_TYPE").flatMap(FilingType.init) }
    /// When it was filed, which may lie in the future.
    package var fileDate: CalendarDate? { date("COR_FILE_DATE") }
    /// When it was last changed.
    package var lastTransactionDate: CalendarDate? { date("LAST_TRX_DATE") }

    /// The officers whose name is there.
    package var officers: [Officer] {
        (1...6).compactMap { slot in
            let field = record.layout.field("PRINC\(slot)_NAME")
            guard let raw = record.text(field) else { return nil }
            let kind = text("PRINC\(slot)_NAME_TYPE").flatMap(PartyKind.init)
            let columns = PersonColumns(field)
            let person = PersonName(
                last: record.text(columns.last.offset, columns.last.length),
                first: record.text(columns.first.offset, columns.first.length),
                middle: record.text(columns.middle.offset, columns.middle.length)
            )
            return Officer(
                slot: slot,
                title: text("PRINC\(slot)_TITLE"),
                kind: kind,
                name: raw.split(separator: " ").joined(separator: " "),
                person: kind == .person ? person : nil
            )
        }
    }
}

/// Where in a name field of 42 bytes a person's names stand: last 20, first 14, middle 8.
struct PersonColumns {
    let last: RecordField
    let first: RecordField
    let middle: RecordField

    init(_ name: RecordField) {
        last = RecordField(name.position, name.name, name.offset, 20)
        first = RecordField(name.position, name.name, name.offset + 20, 14)
        middle = RecordField(name.position, name.name, name.offset + 34, 8)
    }
}
