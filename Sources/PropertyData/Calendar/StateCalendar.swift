/// The days on which the State of Florida's offices work (section 110.117, Florida Statutes).
package enum StateCalendar {
    /// Whether offices are open: no weekend, no paid holiday.
    package static func isBusinessDay(_ date: CalendarDate) -> Bool {
        guard date.weekday != 0, date.weekday != 6 else { return false }
        return !isHoliday(date)
    }

    /// The last business day before a day.
    package static func businessDay(before date: CalendarDate) -> CalendarDate {
        var day = date.adding(days: -1)
        while !isBusinessDay(day) { day = day.adding(days: -1) }
        return day
    }

    /// How many business days lie after the first day, up to and with the second; 0 when it is not later.
    package static func businessDays(after first: CalendarDate, through last: CalendarDate) -> Int {
        guard first < last else { return 0 }
        return (first.daysSince1970 + 1...last.daysSince1970).count { isBusinessDay(CalendarDate(daysSince1970: $0)) }
    }

    private static func isHoliday(_ date: CalendarDate) -> Bool {
        // A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after.
        [date.adding(days: -1), date, date.adding(days: 1)].contains { day in
            guard isFixedHoliday(day) else { return false }
            let observed = day.weekday == 6 ? day.adding(days: -1) : day.weekday == 0 ? day.adding(days: 1) : day
            return observed == date
        } || isMovableHoliday(date)
    }

    /// New Year's Day, Independence Day, Veterans' Day, Christmas Day.
    private static func isFixedHoliday(_ day: CalendarDate) -> Bool {
        [[1, 1], [7, 4], [11, 11], [12, 25]].contains([day.month, day.day])
    }

    /// Martin Luther King's birthday, Memorial Day, Labor Day, Thanksgiving and the Friday after it.
    private static func isMovableHoliday(_ day: CalendarDate) -> Bool {
        switch (day.month, day.weekday) {
        case (1, 1): (15...21).contains(day.day)
        case (5, 1): day.day >= 25
        case (9, 1): day.day <= 7
        case (11, 4): (22...28).contains(day.day)
        case (11, 5): (23...29).contains(day.day)
        default: false
        }
    }
}
