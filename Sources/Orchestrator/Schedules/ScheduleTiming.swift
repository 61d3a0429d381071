package import Foundation
import JobModel

/// When a schedule fires: a cron expression on the clocks of a time zone.
package struct ScheduleTiming: Hashable, Sendable {
    /// The recurring time.
    package let cron: CronExpression
    /// The zone's name in the time zone database, as it was given.
    package let zoneName: String
    /// The zone.
    package let zone: TimeZone

    /// Reads both; errors name `cron` and `time_zone`.
    ///
    /// A zone is `UTC` or `REGION/CITY`. Abbreviations such as `EST` are refused: they stand for a fixed offset, and
    /// whoever writes one of them means a place with daylight saving time.
    ///
    /// - Throws: ``RequestError`` with everything that is wrong with either.
    package init(cron: String, timeZone: String = "UTC") throws(RequestError) {
        var defects: [FieldDefect] = []
        let expression: CronExpression?
        do {
            expression = try CronExpression(parsing: cron)
        } catch {
            expression = nil
            defects += error.defects
        }
        let isName = timeZone == "UTC" || timeZone.contains("/")
        let zone = isName ? TimeZone(identifier: timeZone) : nil
        if zone == nil {
            let message = "must be UTC or a name of the time zone database, such as America/New_York"
            defects.append(FieldDefect("time_zone", message))
        }
        guard let expression, let zone else { throw RequestError(isMalformedJSON: false, defects: defects) }
        self.cron = expression
        self.zone = zone
        zoneName = timeZone
    }

    /// The first time after a moment, both in milliseconds since 1970.
    package func next(afterMilliseconds milliseconds: Int) -> Int? {
        cron.next(afterMilliseconds: milliseconds, in: zone)
    }

    /// The next times after a moment, earliest first, in milliseconds since 1970.
    package func preview(afterMilliseconds milliseconds: Int, count: Int) -> [Int] {
        var times: [Int] = []
        var last = milliseconds
        while times.count < count, let time = next(afterMilliseconds: last) {
            times.append(time)
            last = time
        }
        return times
    }

    /// The newest times up to `now`, not before `first`, earliest first: at most `limit` of them.
    ///
    /// It looks back in steps that double, so that a year without an orchestrator costs no more than an hour.
    func newest(_ limit: Int, from first: Int, through now: Int) -> [Int] {
        guard first <= now else { return [] }
        var reach = 3_600_000
        while true {
            let start = max(first - 1, now - reach)
            var times: [Int] = []
            var last = start
            while let time = next(afterMilliseconds: last), time <= now {
                times.append(time)
                last = time
            }
            if times.count >= limit || start == first - 1 { return times.suffix(limit) }
            reach *= 2
        }
    }
}
