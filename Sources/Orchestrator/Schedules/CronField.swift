import JobModel

/// One of the five fields of a cron expression, and how its text is read.
enum CronField: String, CaseIterable, Sendable {
    case minute
    case hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"

    /// A weekday of a month: the second Monday, the last Friday.
    struct Ordinal: Hashable, Sendable {
        /// 0 for Sunday to 6 for Saturday.
        var weekday: Int
        /// 1 to 5 from the beginning of the month; `nil` for the last one.
        var number: Int?
    }

    /// What a field lets through.
    struct Values: Hashable, Sendable {
        /// A bit for each value.
        var bits: UInt64 = 0
        /// Days of week only: `MON#2`, `5L`.
        var ordinals: Set<Ordinal> = []
        /// Day of month only: `L`, whatever its number.
        var hasLastDay = false
        /// Whether the field begins with `*`, by which cron tells a field that restricts from one that does not.
        var isStar = false

        func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }
    }

    /// What is wrong with a field.
    struct Defect: Error {
        var message: String
    }

    /// The legal numbers; 7 is a second name of Sunday.
    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    private static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    /// Reads the text of the field: items that are separated by commas.
    func parse(_ text: String) throws(Defect) -> Values {
        var values = Values(isStar: text.hasPrefix("*"))
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            try parse(item: String(item), into: &values)
        }
        if self == .dayOfWeek, values.contains(7) { values.bits = (values.bits | 1) & ~(1 << 7) }
        return values
    }

    private func parse(item: String, into values: inout Values) throws(Defect) {
        if try parse(special: item, into: &values) { return }
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let step = parts.count > 1 ? try step(parts[1]) : 1
        let bounds = try bounds(parts[0], isOpen: parts.count > 1)
        for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) {
            values.bits |= 1 << UInt64(value)
        }
    }

    /// `L` as a day of month; `MON#2`, `1#2`, `FRIL` and `5L` as days of week.
    private func parse(special item: String, into values: inout Values) throws(Defect) -> Bool {
        if self == .dayOfMonth, item.uppercased() == "L" {
            values.hasLastDay = true
            return true
        }
        guard self == .dayOfWeek else { return false }
        if let mark = item.firstIndex(of: "#") {
            let weekday = try value(String(item[..<mark]))
            guard let number = Int(item[item.index(after: mark)...]), (1...5).contains(number) else {
                throw Defect(message: "'\(item)': after # stands which one of the month, 1 to 5")
            }
            values.ordinals.insert(Ordinal(weekday: weekday % 7, number: number))
            return true
        }
        guard item.uppercased().hasSuffix("L"), item.count > 1 else { return false }
        values.ordinals.insert(Ordinal(weekday: try value(String(item.dropLast())) % 7, number: nil))
        return true
    }

    /// `*`, a value, or `FROM-TO`; with a step, a value alone means from there to the end.
    private func bounds(_ text: String, isOpen: Bool) throws(Defect) -> ClosedRange<Int> {
        // Saturday is the end of a week: a step over all days must not count Sunday twice.
        let all = self == .dayOfWeek ? 0...6 : range
        if text == "*" { return all }
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let lower = try value(parts[0])
        guard parts.count > 1 else { return lower...(isOpen ? max(lower, all.upperBound) : lower) }
        var upper = try value(parts[1])
        if self == .dayOfWeek, upper == 0, lower > 0 { upper = 7 }
        guard lower <= upper else {
            throw Defect(message: "'\(text)' runs backwards; write two ranges with a comma between")
        }
        return lower...upper
    }

    private func step(_ text: String) throws(Defect) -> Int {
        guard Self.isNumber(text), let step = Int(text), (1...range.upperBound).contains(step) else {
            throw Defect(message: "the step '\(text)' must be a number from 1 to \(range.upperBound)")
        }
        return step
    }

    private func value(_ text: String) throws(Defect) -> Int {
        if text.isEmpty { throw Defect(message: "a value is missing") }
        let names = self == .month ? Self.monthNames : self == .dayOfWeek ? Self.weekdayNames : []
        if let position = names.firstIndex(of: text.uppercased()) { return position + (self == .month ? 1 : 0) }
        guard Self.isNumber(text), let number = Int(text) else {
            let words = names.isEmpty ? "" : " or one of \(names.joined(separator: " "))"
            throw Defect(message: "'\(text)' is no number\(words)")
        }
        guard range.contains(number) else {
            throw Defect(message: "\(text) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Digits only: Swift's own reading would let a sign pass.
    private static func isNumber(_ text: String) -> Bool {
        (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }
}
