import Foundation
import JobModel
import Testing

@testable import Orchestrator

@Suite("A cron expression")
struct CronExpressionTests {
    /// The next times after a moment, as ISO 8601 in UTC.
    private func times(_ cron: String, _ zone: String = "UTC", after: String, _ count: Int = 3) throws -> [String] {
        let start = try Date(after, strategy: .iso8601)
        let timing = try ScheduleTiming(cron: cron, timeZone: zone)
        return timing.preview(afterMilliseconds: Int(start.timeIntervalSince1970) * 1000, count: count).map {
            Date(timeIntervalSince1970: Double($0) / 1000).formatted(.iso8601)
        }
    }

    @Test(
        "means the times that crontab(5) says",
        arguments: [
            ("*/20 * * * *", ["2026-01-01T00:20:00Z", "2026-01-01T00:40:00Z", "2026-01-01T01:00:00Z"]),
            ("7/20 9 * * *", ["2026-01-01T09:07:00Z", "2026-01-01T09:27:00Z", "2026-01-01T09:47:00Z"]),
            ("0 22-23,1 * * *", ["2026-01-01T01:00:00Z", "2026-01-01T22:00:00Z", "2026-01-01T23:00:00Z"]),
            ("0 0 1-10/4 feb *", ["2026-02-01T00:00:00Z", "2026-02-05T00:00:00Z", "2026-02-09T00:00:00Z"]),
            ("0 12 * * Mon-Tue", ["2026-01-05T12:00:00Z", "2026-01-06T12:00:00Z", "2026-01-12T12:00:00Z"]),
            ("0 12 * * SAT-SUN", ["2026-01-03T12:00:00Z", "2026-01-04T12:00:00Z", "2026-01-10T12:00:00Z"]),
            ("0 12 * * 7", ["2026-01-04T12:00:00Z", "2026-01-11T12:00:00Z", "2026-01-18T12:00:00Z"]),
            ("0 12 * * 5-7", ["2026-01-02T12:00:00Z", "2026-01-03T12:00:00Z", "2026-01-04T12:00:00Z"]),
            // Either day field, where both restrict; both, where one begins with a star.
            ("0 0 13 * FRI", ["2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z"]),
            ("0 0 */2 * MON", ["2026-01-05T00:00:00Z", "2026-01-19T00:00:00Z", "2026-02-09T00:00:00Z"]),
            ("0 0 29 2 *", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z", "2036-02-29T00:00:00Z"]),
            ("0 0 31 * *", ["2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"]),
            ("0 0 30,31 2,4 *", ["2026-04-30T00:00:00Z", "2027-04-30T00:00:00Z", "2028-04-30T00:00:00Z"]),
            ("0 0 L * *", ["2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"]),
            ("0 0 15,L feb *", ["2026-02-15T00:00:00Z", "2026-02-28T00:00:00Z", "2027-02-15T00:00:00Z"]),
            ("0 0 * * MON#2", ["2026-01-12T00:00:00Z", "2026-02-09T00:00:00Z", "2026-03-09T00:00:00Z"]),
            ("0 0 * * 7#5", ["2026-03-29T00:00:00Z", "2026-05-31T00:00:00Z", "2026-08-30T00:00:00Z"]),
            ("0 0 * * friL", ["2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-27T00:00:00Z"]),
            ("@hourly", ["2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z"]),
            ("@daily", ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]),
            ("@midnight", ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]),
            ("@weekly", ["2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z", "2026-01-18T00:00:00Z"]),
            ("@monthly", ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"]),
            ("@Yearly", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"]),
            ("@annually", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"]),
        ]
    )
    func meaning(cron: String, expected: [String]) throws {
        #expect(try times(cron, after: "2026-01-01T00:00:00Z") == expected)
    }

    @Test("a leap day on one weekday comes after the century without a leap day")
    func century() throws {
        #expect(try times("0 0 29 2 */7", after: "2088-03-01T00:00:00Z", 1) == ["2128-02-29T00:00:00Z"])
    }

    @Test(
        "when the clocks change, comes once where it names a time, and with elapsed time where it has a star",
        arguments: [
            // New York goes from 02:00 to 03:00 on 14 March 2027 (07:00Z), and from 02:00 back to 01:00 on 7 November (06:00Z).
            (
                "30 2 * * *", "America/New_York", "2027-03-13T08:00:00Z",
                ["2027-03-14T07:00:00Z", "2027-03-15T06:30:00Z"]
            ),
            (
                "0,30 2,3 * * *", "America/New_York", "2027-03-14T06:00:00Z",
                ["2027-03-14T07:00:00Z", "2027-03-14T07:30:00Z"]
            ),
            (
                "30 1 * * *", "America/New_York", "2027-11-07T00:00:00Z",
                ["2027-11-07T05:30:00Z", "2027-11-08T06:30:00Z"]
            ),
            (
                "30 1 * * *", "America/New_York", "2027-11-07T06:10:00Z",
                ["2027-11-08T06:30:00Z", "2027-11-09T06:30:00Z"]
            ),
            (
                "0 2 * * *", "America/New_York", "2027-11-07T05:30:00Z",
                ["2027-11-07T07:00:00Z", "2027-11-08T07:00:00Z"]
            ),
            (
                "*/30 * * * *", "America/New_York", "2027-03-14T06:15:00Z",
                ["2027-03-14T06:30:00Z", "2027-03-14T07:00:00Z"]
            ),
            (
                "0 * * * *", "America/New_York", "2027-11-07T04:30:00Z",
                ["2027-11-07T05:00:00Z", "2027-11-07T06:00:00Z"]
            ),
            (
                "*/30 1 * * *", "America/New_York", "2027-11-07T05:15:00Z",
                ["2027-11-07T05:30:00Z", "2027-11-07T06:00:00Z"]
            ),
            (
                "*/30 2 * * *", "America/New_York", "2027-03-13T12:00:00Z",
                ["2027-03-15T06:00:00Z", "2027-03-15T06:30:00Z"]
            ),
            // Lord Howe changes by half an hour: 02:00 to 02:30 on 3 October 2027, 02:00 back to 01:30 on 4 April.
            (
                "15 2 * * *", "Australia/Lord_Howe", "2027-10-02T00:00:00Z",
                ["2027-10-02T15:30:00Z", "2027-10-03T15:15:00Z"]
            ),
            (
                "45 1 * * *", "Australia/Lord_Howe", "2027-04-03T12:00:00Z",
                ["2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"]
            ),
            (
                "45 * * * *", "Australia/Lord_Howe", "2027-04-03T14:40:00Z",
                ["2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z"]
            ),
            // Cairo skips midnight, so that the day begins at one.
            ("0 0 * * *", "Africa/Cairo", "2027-04-29T10:00:00Z", ["2027-04-29T22:00:00Z", "2027-04-30T21:00:00Z"]),
            // Apia had no 30 December 2011.
            ("0 9 30 12 *", "Pacific/Apia", "2011-12-01T00:00:00Z", ["2011-12-30T10:00:00Z", "2012-12-29T19:00:00Z"]),
            ("15 9 * * *", "Asia/Kolkata", "2027-06-01T00:00:00Z", ["2027-06-01T03:45:00Z", "2027-06-02T03:45:00Z"]),
        ]
    )
    func daylightSaving(cron: String, zone: String, after: String, expected: [String]) throws {
        #expect(try times(cron, zone, after: after, 2) == expected)
    }

    @Test(
        "is refused with the name of the field that is wrong",
        arguments: [
            ("60 * * * *", ["minute: 60 is not from 0 to 59"]), ("-1 * * * *", ["minute: a value is missing"]),
            ("* 24 * * *", ["hour: 24 is not from 0 to 23"]), ("* 1- * * *", ["hour: a value is missing"]),
            ("* * 0 * *", ["day of month: 0 is not from 1 to 31"]),
            ("* * * 13 *", ["month: 13 is not from 1 to 12"]), ("* * * * 8", ["day of week: 8 is not from 0 to 7"]),
            ("*/0 * * * *", ["minute: the step '0' must be a number from 1 to 59"]),
            ("*/ * * * *", ["minute: the step '' must be a number from 1 to 59"]),
            ("*/+5 * * * *", ["minute: the step '+5' must be a number from 1 to 59"]),
            ("+5 * * * *", ["minute: '+5' is no number"]), ("٣ * * * *", ["minute: '٣' is no number"]),
            ("1,,2 * * * *", ["minute: a value is missing"]), ("1-2-3 * * * *", ["minute: '2-3' is no number"]),
            ("* 22-2 * * *", ["hour: '22-2' runs backwards; write two ranges with a comma between"]),
            ("* * LW * *", ["day of month: 'LW' is no number"]),
            ("* * * * MON#6", ["day of week: 'MON#6': after # stands which one of the month, 1 to 5"]),
            ("* * * * L", ["day of week: 'L' is no number or one of SUN MON TUE WED THU FRI SAT"]),
            ("* * ? * MON", ["day of month: '?' is no number"]),
            ("99 99 * * *", ["minute: 99 is not from 0 to 59", "hour: 99 is not from 0 to 23"]),
            ("0 0 30 2 *", ["day of month: '30' in month '2' with day of week '*' is no day of any year"]),
            ("0 0 31 4,6 *", ["day of month: '31' in month '4,6' with day of week '*' is no day of any year"]),
            ("0 0 */31 * MON#2", ["day of month: '*/31' in month '*' with day of week 'MON#2' is no day of any year"]),
            (
                "* * * *",
                [
                    "must have five fields (minute, hour, day of month, month, day of week), separated by spaces; it has 4"
                ]
            ),
            (
                "",
                [
                    "must have five fields (minute, hour, day of month, month, day of week), separated by spaces; it has 0"
                ]
            ),
            (
                "@reboot",
                [
                    "@reboot is unknown; known are @annually @daily @hourly @midnight @monthly @weekly @yearly"
                ]
            ),
        ]
    )
    func refused(cron: String, messages: [String]) throws {
        let error = #expect(throws: RequestError.self) { try CronExpression(parsing: cron) }
        #expect(error?.defects.map(\.message) == messages)
        #expect(error?.defects.allSatisfy { $0.field == "cron" } == true)
    }

    @Test("a text that is too long, or random bytes, is refused or read, and never stops the process")
    func hostile() throws {
        #expect(throws: RequestError.self) { try CronExpression(parsing: String(repeating: "1,", count: 200)) }
        var random = Lottery(seed: 7)
        let alphabet = Array("0123456789*/,-#L@ MONJANé\u{0}\n")
        for _ in 0..<20_000 {
            let text = String((0..<random.next(24)).map { _ in alphabet[random.next(alphabet.count)] })
            guard let cron = try? CronExpression(parsing: text) else { continue }
            #expect(cron.next(afterMilliseconds: 1_800_000_000_000, in: .gmt) != nil, "\(text)")
        }
    }

    @Test(
        "a time zone is UTC or a name of the time zone database",
        arguments: ["EST", "GMT+5", "America", "america/new_york", "Mars/Olympus", "", "+05:00", "../etc/passwd"]
    )
    func zones(name: String) throws {
        let error = #expect(throws: RequestError.self) { try ScheduleTiming(cron: "61 * * * *", timeZone: name) }
        #expect(error?.defects.map(\.field) == ["cron", "time_zone"])
        #expect(
            try ScheduleTiming(cron: "@daily", timeZone: "America/Argentina/Buenos_Aires").zoneName.hasSuffix("Aires")
        )
    }
}
