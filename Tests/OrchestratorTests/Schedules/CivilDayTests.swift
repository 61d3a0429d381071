import Foundation
import Testing

@testable import Orchestrator

@Suite("A calendar day")
struct CivilDayTests {
    @Test("has the date, weekday and length of month that Foundation's calendar says, from 1899 to 2200")
    func dates() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for number in stride(from: -25_600, through: 84_000, by: 13) {
            let date = Date(timeIntervalSince1970: Double(number) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
            let day = CivilDay(number: number)
            #expect(
                [day.year, day.month, day.day, day.weekday + 1] == [parts.year, parts.month, parts.day, parts.weekday]
            )
            #expect(day.daysInMonth == calendar.range(of: .day, in: .month, for: date)?.count)
            #expect(day.nextMonth.day == 1)
        }
    }
}
