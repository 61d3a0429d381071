import Foundation
import PropertyData

/// Which of the Department's rolls are due by a day, as ``RollCalendar`` says.
struct CompletionCalendar: Sendable {
    /// A roll of a year that is due.
    struct Due: Sendable, Hashable {
        var roll: Roll
        var year: Int
        /// The last day for it.
        var date: Date
    }

    /// The day from which it is looked at.
    let today: Date
    private static let calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// The newest year whose preliminary roll is due.
    var newestYear: Int {
        let year = Self.calendar.component(.year, from: today)
        return due(.preliminary, year).date <= today ? year : year - 1
    }

    /// The rolls of a year that are due by now.
    func due(year: Int) -> [Due] {
        [due(.preliminary, year), due(.final, year)].filter { $0.date <= today }
    }

    /// Whole days since a due date.
    func daysOverdue(_ due: Due) -> Int { max(0, Int(today.timeIntervalSince(due.date) / 86_400)) }

    private func due(_ roll: Roll, _ year: Int) -> Due {
        let days = RollCalendar.due(roll, year).daysSince1970
        return Due(roll: roll, year: year, date: Date(timeIntervalSince1970: Double(days) * 86_400))
    }

    /// The day of a text such as `2025-11-22`; nil for another form.
    static func day(_ text: String) -> Date? {
        guard text.wholeMatch(of: #/\d{4}-\d{2}-\d{2}/#) != nil else { return nil }
        return try? Date(text + "T00:00:00Z", strategy: .iso8601)
    }

    /// A day as `2025-11-22`.
    static func text(_ date: Date) -> String {
        String(date.formatted(.iso8601.year().month().day()))
    }
}
