import Foundation

/// What a cron expression means, found by walking through all of time in steps of half an hour: slow, and without any of
/// the reasoning of the code that it judges.
struct CronReference {
    /// A random expression, as text and as what it lets through.
    struct Sample: Sendable {
        var text: String
        var minutes: [Bool]
        var hours: [Bool]
        var days: [Bool]
        var months: [Bool]
        var weekdays: [Bool]
        var isElapsed: Bool
        var isEither: Bool
    }

    /// The offset of a zone by half hours since 1970, from `first` on.
    struct Offsets: Sendable {
        var first: Int
        var seconds: [Int]
    }

    let offsets: Offsets

    static let slot = 1800

    /// A random expression; fields are stars, stars with a step, or lists.
    static func sample(_ random: inout Lottery) -> Sample {
        func field(_ range: ClosedRange<Int>, stars: Int) -> (text: String, values: [Bool], isStar: Bool) {
            var values = Array(repeating: false, count: range.upperBound + 1)
            if random.next(10) < stars {
                let step = min(range.upperBound, random.pick([1, 1, 1, 2, 3, 5, 7, 15]))
                for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
                    values[value] = true
                }
                return (step == 1 ? "*" : "*/\(step)", values, true)
            }
            var items: [String] = []
            for _ in 0...random.next(3) {
                let lower = range.lowerBound + random.next(range.count)
                let upper = random.next(2) == 0 ? lower : lower + random.next(range.upperBound - lower + 1)
                let step = upper > lower ? 1 + random.next(4) : 1
                for value in stride(from: lower, through: upper, by: step) { values[value] = true }
                items.append(
                    lower == upper ? "\(lower)" : step == 1 ? "\(lower)-\(upper)" : "\(lower)-\(upper)/\(step)"
                )
            }
            return (items.joined(separator: ","), values, false)
        }
        let minute = field(0...59, stars: 2)
        let hour = field(0...23, stars: 3)
        // Not beyond the 28th, so that there is a day in every month.
        let day = field(1...28, stars: 6)
        let month = field(1...12, stars: 7)
        let weekday = field(0...6, stars: 6)
        return Sample(
            text: [minute, hour, day, month, weekday].map(\.text).joined(separator: " "),
            minutes: minute.values,
            hours: hour.values,
            // A star with a step goes on to the 31st.
            days: day.isStar ? longer(day.values, day.text) : day.values + [false, false, false],
            months: month.values,
            weekdays: weekday.values,
            isElapsed: minute.isStar || hour.isStar,
            isEither: !day.isStar && !weekday.isStar
        )
    }

    private static func longer(_ values: [Bool], _ text: String) -> [Bool] {
        let step = text == "*" ? 1 : Int(text.dropFirst(2)) ?? 1
        return values + (29...31).map { ($0 - 1) % step == 0 }
    }

    /// All times of an expression from one moment to another, seconds since 1970, both multiples of half an hour.
    func times(of sample: Sample, from start: Int, to end: Int) -> [Int] {
        var found: [Int] = []
        var shown = start + offset(start)
        for moment in stride(from: start, to: end, by: Self.slot) {
            let local = moment + offset(moment)
            if sample.isElapsed {
                found += minutes(of: sample, in: local).map { moment + $0 * 60 }
                continue
            }
            // Half hours that the clocks jumped over come now, once.
            var skipped = false
            while shown < local {
                skipped = skipped || !minutes(of: sample, in: shown).isEmpty
                shown += Self.slot
            }
            // Half hours that the clocks have shown before do not come again.
            guard shown == local else { continue }
            let regular = minutes(of: sample, in: local).map { moment + $0 * 60 }
            if skipped, regular.first != moment { found.append(moment) }
            found += regular
            shown += Self.slot
        }
        return found
    }

    private func offset(_ moment: Int) -> Int { offsets.seconds[moment / Self.slot - offsets.first] }

    /// The minutes, from 0 to 29, that fit in a half hour of local time.
    private func minutes(of sample: Sample, in local: Int) -> [Int] {
        let day = local / 86_400
        let second = local - day * 86_400
        guard sample.hours[second / 3600] else { return [] }
        let date = Self.dates[day - Self.firstDay]
        let weekday = (day + 4) % 7
        guard sample.months[date.month] else { return [] }
        let fits = (sample.days[date.day], sample.weekdays[weekday])
        guard sample.isEither ? fits.0 || fits.1 : fits.0 && fits.1 else { return [] }
        let first = second % 3600 / 60
        return (0..<30).filter { sample.minutes[first + $0] }
    }

    private static let firstDay = 19_700

    /// The month and day of the days from the end of 2023 to the beginning of 2031, by Foundation's calendar.
    private static let dates: [(month: Int, day: Int)] = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return (firstDay..<22_300).map { day in
            let parts = calendar.dateComponents(
                [.month, .day],
                from: Date(timeIntervalSince1970: Double(day) * 86_400)
            )
            return (parts.month ?? 0, parts.day ?? 0)
        }
    }()
}
