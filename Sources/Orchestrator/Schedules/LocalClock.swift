import Foundation

/// What the clocks of a time zone show, in seconds since 1970: of UTC, or of a local time taken as if it were UTC.
///
/// It asks the zone for its offset only, so that a change of the zone's law is handled like daylight saving time. Between
/// two changes lie more than two days, in every zone of the time zone database since 1970.
struct LocalClock: Sendable {
    private let zone: TimeZone

    /// Two moments so far apart have at most one change of the clocks between them.
    static let day = 86_400

    init(_ zone: TimeZone) { self.zone = zone }

    /// Local time less UTC, at a moment.
    func offset(at seconds: Int) -> Int { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))) }

    /// The first moment with another offset than `start` has; `end` must have another one.
    func change(after start: Int, through end: Int) -> Int {
        let before = offset(at: start)
        var (low, high) = (start, end)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before { low = middle } else { high = middle }
        }
        return high
    }

    /// When the clocks first show a local time; the first moment after the gap where they never show it.
    func firstMoment(showing local: Int) -> Int {
        // No offset is as large as a day, so these two lie on either side of the moment.
        let before = offset(at: local - Self.day)
        let after = offset(at: local + Self.day)
        let earlier = local - max(before, after)
        let later = local - min(before, after)
        if offset(at: earlier) + earlier == local { return earlier }
        if offset(at: later) + later == local { return later }
        return change(after: earlier, through: later)
    }
}
