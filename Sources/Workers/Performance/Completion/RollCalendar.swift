import Foundation
import PropertyData

/// When the Department's rolls are due (its guide, submission calendar): preliminary on 1 July of the assessment year,
/// the initial final in October.
struct RollCalendar: Sendable {
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
        let (month, day) = roll == .preliminary ? (7, 1) : (10, 31)
        let date = Self.calendar.date(from: DateComponents(year: year, month: month, day: day))
        return Due(roll: roll, year: year, date: date ?? .distantFuture)
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
