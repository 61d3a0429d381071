/// The dates of records: eight digits, month first.
enum RecordDates {
    /// What a date field holds.
    enum Reading: Equatable {
        /// Blanks or zeros.
        case none
        case date(CalendarDate)
        /// Something else.
        case invalid
    }

    /// Reads MMDDYYYY.
    ///
    /// Where the year may come first as well, as in events, whose order nobody has confirmed, the two are told apart by
    /// the month: there is no month 19 or 20.
    static func read(_ bytes: UnsafeRawBufferPointer, yearMayBeFirst: Bool = false) -> Reading {
        if bytes.allSatisfy({ $0 == UInt8(ascii: "0") }) { return .none }
        guard bytes.count == 8, bytes.allSatisfy(\.isDigit) else { return .invalid }
        let number = bytes.reduce(0) { $0 * 10 + Int($1 - 48) }
        if let date = CalendarDate(year: number % 10_000, month: number / 1_000_000, day: number / 10_000 % 100) {
            return .date(date)
        }
        if yearMayBeFirst,
            let date = CalendarDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
        {
            return .date(date)
        }
        return .invalid
    }
}
