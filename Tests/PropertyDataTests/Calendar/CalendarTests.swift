import PropertyData
import Testing

@Suite("Calendar dates")
struct CalendarTests {
    @Test("every day of 800 years goes to its number and back, and follows the day before")
    func roundTrip() throws {
        let first = try #require(CalendarDate(year: 1700, month: 1, day: 1))
        var before = first.adding(days: -1)
        for number in first.daysSince1970..<(first.daysSince1970 + 800 * 365) {
            let date = CalendarDate(daysSince1970: number)
            #expect(date.daysSince1970 == number && before < date)
            #expect(CalendarDate(year: date.year, month: date.month, day: date.day) == date)
            before = date
        }
        #expect(CalendarDate(daysSince1970: 0).description == "1970-01-01")
        #expect(CalendarDate(iso: "2026-11-22")?.weekday == 0)
    }

    @Test(
        "a day that does not exist is none",
        arguments: ["2025-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "25-01-01", "2025-1-1", "", "2025-01-01-"]
    )
    func invalid(text: String) {
        #expect(CalendarDate(iso: text) == nil)
    }

    @Test(
        "the State's offices are closed on weekends and holidays, observed where they fall on a weekend",
        arguments: [
            ("2026-04-13", true), ("2026-04-12", false), ("2026-07-03", false), ("2026-11-11", false),
            ("2026-11-26", false), ("2026-11-27", false), ("2026-01-19", false), ("2026-05-25", false),
            ("2026-09-07", false), ("2026-12-25", false), ("2027-12-31", false), ("2022-12-26", false),
            ("2026-12-24", true), ("2026-02-16", true),
        ]
    )
    func businessDays(text: String, isOpen: Bool) throws {
        #expect(StateCalendar.isBusinessDay(try #require(CalendarDate(iso: text))) == isOpen)
    }

    @Test("the business day before a Monday is the Friday, and days are counted without weekends")
    func lastBusinessDay() throws {
        let monday = try #require(CalendarDate(iso: "2026-04-13"))
        #expect(StateCalendar.businessDay(before: monday).description == "2026-04-10")
        #expect(StateCalendar.businessDays(after: monday.adding(days: -10), through: monday) == 6)
        #expect(StateCalendar.businessDays(after: monday, through: monday) == 0)
    }
}
