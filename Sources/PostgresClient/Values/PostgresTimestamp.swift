import FoundationEssentials

/// Points in time in PostgreSQL's forms.
enum PostgresTimestamp {
    /// Seconds from 1970-01-01 to 2000-01-01, from which the server counts.
    private static let epochSeconds = 946_684_800.0

    /// Microseconds since 2000-01-01 UTC, the binary form.
    ///
    /// What lies outside the type's range becomes the nearest bound, which the server refuses by name.
    static func microseconds(_ date: Date) -> Int64 {
        let value = ((date.timeIntervalSince1970 - epochSeconds) * 1_000_000).rounded()
        return Int64(exactly: value) ?? (value < 0 ? .min + 1 : .max - 1)
    }

    /// Reads the ISO text form: `2025-06-27`, `2025-06-27 16:50:00.25`, `2025-06-27 16:50:00.25+05:30`.
    ///
    /// Nil for `infinity` and for years before 1 (BC), which a `Date` user does not mean.
    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Date? {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(), scanner.skip("-"), let month = scanner.number(), scanner.skip("-"),
            let day = scanner.number(), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var seconds = Double(daysSince1970(year: year, month: month, day: day)) * 86_400
        if scanner.skip(" ") {
            guard let hour = scanner.number(), scanner.skip(":"), let minute = scanner.number(), scanner.skip(":"),
                let second = scanner.number()
            else { return nil }
            seconds += Double(hour * 3_600 + minute * 60 + second)
            if scanner.skip(".") { seconds += scanner.fraction() }
            let sign = scanner.skip("+") ? -1 : (scanner.skip("-") ? 1 : 0)
            if sign != 0 {
                guard let hours = scanner.number() else { return nil }
                let minutes = scanner.skip(":") ? scanner.number() ?? 0 : 0
                seconds += Double(sign * (hours * 3_600 + minutes * 60))
            }
        }
        return scanner.isAtEnd ? Date(timeIntervalSince1970: seconds) : nil
    }

    /// Days of the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// Reads numbers and separators from ASCII text.
private struct DigitScanner {
    private let text: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number() -> Int? {
        var value = 0
        let start = position
        while position < text.count, case let digit = text[position] &- 48, digit < 10, position - start < 9 {
            value = value * 10 + Int(digit)
            position += 1
        }
        return position > start ? value : nil
    }

    mutating func fraction() -> Double {
        let start = position
        guard let value = number() else { return 0 }
        return Double(value) / (0..<(position - start)).reduce(1.0) { scale, _ in scale * 10 }
    }
}
