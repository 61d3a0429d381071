package import Foundation

/// A recurring time in the five fields of cron: minute, hour, day of month, month, day of week.
///
/// Where both day fields restrict, a day that fits either of them counts; where one begins with `*`, a day must fit both
/// (crontab(5), Vixie cron). When the clocks are changed, an expression whose minute or hour begins with `*` follows
/// elapsed time: each minute that passes is looked at, also the second time that its local time is shown. Any other
/// names times of the day: one that is skipped comes at the first moment after the gap, one that is shown twice comes
/// the first time.
package struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    /// The expression as it was written.
    package let description: String
    let minutes: CronField.Values
    let hours: CronField.Values
    let daysOfMonth: CronField.Values
    let months: CronField.Values
    let daysOfWeek: CronField.Values

    /// No expression that comes at all pauses for longer: 29 February on one weekday, around 2100.
    private static let longestPause = 41 * 366

    /// The first time after a moment, both in milliseconds since 1970.
    package func next(afterMilliseconds milliseconds: Int, in zone: TimeZone) -> Int? {
        let seconds = Self.floor(milliseconds, by: 1000)
        let clock = LocalClock(zone)
        let followsElapsedTime = minutes.isStar || hours.isStar
        return (followsElapsedTime ? nextElapsed(after: seconds, clock) : nextShown(after: seconds, clock)).map {
            $0 * 1000
        }
    }

    /// The next time of the day that is named.
    ///
    /// Moments follow each other as their local times do, so the search begins with what the clocks show now. After a
    /// repeated hour has begun, the times that it repeats are behind it and are passed over.
    private func nextShown(after seconds: Int, _ clock: LocalClock) -> Int? {
        var from = seconds + clock.offset(at: seconds) + 1
        while let local = nextLocal(atOrAfter: from) {
            let moment = clock.firstMoment(showing: local)
            if moment > seconds { return moment }
            from = local + 60
        }
        return nil
    }

    /// The next minute that passes and fits.
    private func nextElapsed(after seconds: Int, _ clock: LocalClock) -> Int? {
        var from = seconds + 1
        while true {
            let offset = clock.offset(at: from)
            guard let local = nextLocal(atOrAfter: from + offset) else { return nil }
            let candidate = local - offset
            if candidate - from <= 2 * LocalClock.day {
                if clock.offset(at: candidate) == offset { return candidate }
                from = clock.change(after: from, through: candidate)
            } else if clock.offset(at: from + LocalClock.day) != offset {
                // Clocks that are put back soon show times again that are already behind.
                from = clock.change(after: from, through: from + LocalClock.day)
            } else {
                from = candidate - LocalClock.day
            }
        }
    }

    /// The first local time that fits, in seconds, as if local time were UTC.
    private func nextLocal(atOrAfter local: Int) -> Int? {
        let minute = Self.floor(local + 59, by: 60)
        var day = CivilDay(number: Self.floor(minute, by: 1440))
        var minuteOfDay = minute - day.number * 1440
        let last = day.number + Self.longestPause
        while day.number <= last {
            guard months.contains(day.month) else {
                day = day.nextMonth
                minuteOfDay = 0
                continue
            }
            if fits(day), let minute = firstMinute(atOrAfter: minuteOfDay) {
                return day.number * LocalClock.day + minute * 60
            }
            day = day.next
            minuteOfDay = 0
        }
        return nil
    }

    private func firstMinute(atOrAfter minuteOfDay: Int) -> Int? {
        let hour = minuteOfDay / 60
        if hours.contains(hour) {
            let rest = minutes.bits >> UInt64(minuteOfDay % 60)
            if rest != 0 { return minuteOfDay + rest.trailingZeroBitCount }
        }
        let later = hours.bits >> UInt64(hour + 1)
        return later == 0
            ? nil : (hour + 1 + later.trailingZeroBitCount) * 60 + minutes.bits.trailingZeroBitCount
    }

    /// The quotient, rounded down also below zero: local times west of Greenwich are, in the first hours of 1970.
    private static func floor(_ value: Int, by divisor: Int) -> Int {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }

    /// Whether the day fields let a day through.
    func fits(_ day: CivilDay) -> Bool {
        let isMonthDay = daysOfMonth.contains(day.day) || (daysOfMonth.hasLastDay && day.day == day.daysInMonth)
        let isWeekday =
            daysOfWeek.contains(day.weekday)
            || daysOfWeek.ordinals.contains { ordinal in
                guard ordinal.weekday == day.weekday else { return false }
                guard let number = ordinal.number else { return day.day + 7 > day.daysInMonth }
                return (day.day - 1) / 7 + 1 == number
            }
        return daysOfMonth.isStar || daysOfWeek.isStar ? isMonthDay && isWeekday : isMonthDay || isWeekday
    }
}
