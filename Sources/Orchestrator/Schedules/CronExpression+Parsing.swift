import Foundation
import JobModel

extension CronExpression {
    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]
    private static let longest = 256

    /// Reads five fields, or a macro such as `@daily`.
    ///
    /// - Parameters:
    ///   - text: the expression.
    ///   - field: what errors call it.
    /// - Throws: ``RequestError`` with a line for each of the five fields that is wrong; a time that can never come,
    ///   such as 30 February, is an error of the day of month.
    package init(parsing text: String, field: String = "cron") throws(RequestError) {
        func invalid(_ messages: [String]) -> RequestError {
            RequestError(isMalformedJSON: false, defects: messages.map { FieldDefect(field, $0) })
        }
        let form = "minute, hour, day of month, month, day of week"
        guard text.utf8.count <= Self.longest else {
            throw invalid(["an expression has \(Self.longest) characters at most"])
        }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        if words.count == 1, words[0].hasPrefix("@") {
            guard let fields = Self.macros[words[0].lowercased()] else {
                let known = Self.macros.keys.sorted().joined(separator: " ")
                throw invalid(["\(words[0]) is unknown; known are \(known)"])
            }
            try self.init(fields: fields.split(separator: " ").map(String.init), as: words[0].lowercased(), invalid)
            return
        }
        guard words.count == 5 else {
            throw invalid(["must have five fields (\(form)), separated by spaces; it has \(words.count)"])
        }
        try self.init(fields: words, as: words.joined(separator: " "), invalid)
    }

    private init(
        fields: [String],
        as text: String,
        _ invalid: ([String]) -> RequestError
    ) throws(RequestError) {
        var values: [CronField.Values] = []
        var messages: [String] = []
        for (field, text) in zip(CronField.allCases, fields) {
            do throws(CronField.Defect) {
                values.append(try field.parse(text))
            } catch {
                messages.append("\(field.rawValue): \(error.message)")
            }
        }
        guard messages.isEmpty else { throw invalid(messages) }
        self.init(
            description: text,
            minutes: values[0],
            hours: values[1],
            daysOfMonth: values[2],
            months: values[3],
            daysOfWeek: values[4]
        )
        guard comes else {
            let days = "'\(fields[2])' in month '\(fields[3])' with day of week '\(fields[4])'"
            throw invalid(["\(CronField.dayOfMonth.rawValue): \(days) is no day of any year"])
        }
    }

    /// Whether any day fits.
    ///
    /// Without a century that is no leap year, the calendar repeats after 28 years.
    private var comes: Bool {
        var day = CivilDay(number: Self.january2000)
        while day.year < 2028 {
            if months.contains(day.month), fits(day) { return true }
            day = months.contains(day.month) ? day.next : day.nextMonth
        }
        return false
    }

    private static let january2000 = 10_957
}
