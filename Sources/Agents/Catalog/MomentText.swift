#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Moments as results and reports write them: RFC 3339 in UTC with milliseconds.
enum MomentText {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    static func text(milliseconds: Int) -> String {
        // The style cuts digits off, and a date is a binary fraction that may lie just under its millisecond.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.25) / 1000).formatted(style)
    }

    /// Milliseconds since 1970 of a moment in that form, with or without fractions, or of a day; `nil` for another text.
    static func milliseconds(_ text: String) -> Int? {
        let full = text.count == 10 ? "\(text)T00:00:00Z" : text
        let date = (try? Date(full, strategy: style)) ?? (try? Date(full, strategy: Date.ISO8601FormatStyle()))
        return date.map { Int(($0.timeIntervalSince1970 * 1000).rounded()) }
    }
}
