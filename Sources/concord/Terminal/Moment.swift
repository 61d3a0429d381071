import Foundation

/// Times as people read them.
enum Moment {
    /// `2026-11-22 14:03:05`, in the time zone of this machine.
    static func text(milliseconds: Int) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }

    /// `Sun 2026-03-08 03:00 EDT`: a planned time as the clocks of a zone show it.
    static func text(milliseconds: Int, in zone: TimeZone) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = zone
        formatter.dateFormat = "EEE yyyy-MM-dd HH:mm zzz"
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }

    /// The age of something: `12 s`, `5 min`, `3 h`, `2 d`.
    static func age(sinceMilliseconds: Int, now: Date = Date()) -> String {
        let seconds = max(0, Int(now.timeIntervalSince1970) - sinceMilliseconds / 1000)
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// A length of time: `850 ms`, `12.3 s`, `4 min 05 s`.
    static func length(milliseconds: Double) -> String {
        switch milliseconds {
        case ..<1000: return "\(Int(milliseconds)) ms"
        case ..<120_000: return String(format: "%.1f s", milliseconds / 1000)
        default:
            let seconds = Int(milliseconds / 1000)
            return String(format: "%d min %02d s", seconds / 60, seconds % 60)
        }
    }

    /// `95,332`.
    static func count(_ number: Int) -> String {
        let digits = String(abs(number))
        var groups: [Substring] = []
        var rest = digits[...]
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        groups.insert(rest, at: 0)
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }
}
