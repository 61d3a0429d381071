/// When the Department's rolls are due (2025 User's Guide; Florida Statutes, sections 193.1142 and 193.122).
package enum RollCalendar {
    /// The day from which on a roll is expected: preliminary rolls on 1 July, final ones by the end of October.
    package static func due(_ roll: Roll, _ year: Int) -> CalendarDate {
        let date =
            roll == .preliminary
            ? CalendarDate(year: year, month: 7, day: 1) : CalendarDate(year: year, month: 10, day: 31)
        return date ?? CalendarDate(daysSince1970: 0)
    }

    /// The rolls that fall due between two days, both included, the earlier first.
    package static func due(from first: CalendarDate, through last: CalendarDate) -> [(roll: Roll, year: Int)] {
        guard first <= last else { return [] }
        return (first.year...last.year).flatMap { year in
            [Roll.preliminary, .final].filter { (first...last).contains(due($0, year)) }.map { ($0, year) }
        }
    }
}
