/// A day as eight digits, year first.
enum CalendarDay {
    /// Reads `2024-01-31`, `20240131`, `01/31/2024`, `31.1.2024`, `01312024`, `31 Jan 2024`; other digits stay as they are.
    static func normalise(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var groups: [[UInt8]] = [[]]
        var month: Int?
        var word: [UInt8] = []
        for byte in text {
            if byte >= 0x30, byte <= 0x39 {
                groups[groups.count - 1].append(byte)
            } else {
                if !(groups[groups.count - 1].isEmpty) { groups.append([]) }
                // A time of day may follow the day.
                if byte == UInt8(ascii: ":") { break }
                let letter = byte | 0x20
                if letter >= 0x61, letter <= 0x7a, word.count < 3 { word.append(letter) }
                if word.count == 3, month == nil {
                    month = months.firstIndex(of: String(decoding: word, as: UTF8.self))
                }
            }
        }
        groups.removeAll(where: \.isEmpty)
        let numbers = groups.map { $0.reduce(0) { $0 &* 10 &+ Int($1 - 0x30) } }
        if let month, groups.count >= 2 {
            let isYearFirst = groups[0].count == 4
            return day(numbers[isYearFirst ? 0 : 1], month + 1, numbers[isYearFirst ? 1 : 0]) ?? groups.flatMap(\.self)
        }
        if groups.count >= 3 {
            if groups[0].count == 4, let day = day(numbers[0], numbers[1], numbers[2]) { return day }
            if groups[2].count == 4 {
                return day(numbers[2], numbers[0], numbers[1]) ?? day(numbers[2], numbers[1], numbers[0])
                    ?? groups.prefix(3).flatMap(\.self)
            }
            if groups[2].count == 2 {
                let year = numbers[2] + (numbers[2] > 30 ? 1900 : 2000)
                return day(year, numbers[0], numbers[1]) ?? day(year, numbers[1], numbers[0])
                    ?? groups.prefix(3).flatMap(\.self)
            }
        }
        if let first = groups.first, first.count >= 8 {
            let digits = numbers[0]
            if first.count == 8 {
                return day(digits / 10_000, digits / 100 % 100, digits % 100)
                    ?? day(digits % 10_000, digits / 1_000_000, digits / 10_000 % 100) ?? first
            }
            return Array(first.prefix(8))
        }
        return groups.flatMap(\.self)
    }

    private static func day(_ year: Int, _ month: Int, _ day: Int) -> [UInt8]? {
        guard (1800...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let number = String(year * 10_000 + month * 100 + day)
        return Array(number.utf8)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
}
