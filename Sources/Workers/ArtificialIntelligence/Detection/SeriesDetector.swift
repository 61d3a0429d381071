import Foundation

/// What a detector says of the newest value of a series.
struct Detection: Sendable, Hashable {
    /// How far it is off, in units of the detector's own scale.
    var score: Double
    /// What was expected.
    var expected: Double
    /// What was found.
    var found: Double
    /// From which score on it alarms.
    var threshold: Double

    var isAlarm: Bool { score >= threshold }
}

/// The robust detectors of anomalies, and how often each is wrong.
///
/// Each false-alarm rate is the upper bound of what `DetectorTests` measures on generated series without an anomaly, of
/// the kinds named there; the test fails where a rate is above what stands here.
enum SeriesDetector: String, Sendable, CaseIterable {
    /// The newest value is far from those before it.
    case spike
    /// The newest quarter of the values is on another level than those before it.
    case levelShift = "level_shift"
    /// Nothing came for much longer than between earlier values.
    case staleness
    /// A column has become blank on many more rows than in the roll before.
    case nullRate = "null_rate"
    /// More rows than before repeat what another row says.
    case duplicates
    /// A roll has far fewer rows than the one before it.
    case drop

    /// The fewest values without which it says nothing.
    var minimumPoints: Int {
        switch self {
        case .spike: 12
        case .levelShift: 16
        case .staleness: 8
        case .nullRate, .drop: 2
        case .duplicates: 1
        }
    }

    /// The score from which on it alarms, unless a stored rule says otherwise.
    var defaultThreshold: Double {
        switch self {
        case .spike: 7
        case .levelShift: 6
        case .staleness: 8
        case .nullRate: 5
        case .duplicates: 1
        case .drop: 1
        }
    }

    /// The most alarms for each series of independent values, normal or log-normal (for staleness: regular or Poisson
    /// arrivals; for shares and counts: binomial and Poisson noise).
    var falseAlarmRate: Double {
        switch self {
        case .spike: 0.02
        case .levelShift: 0.02
        case .staleness: 0.02
        case .nullRate, .drop: 0.001
        // Two repeated rows of a few hundred may be chance.
        case .duplicates: 0.005
        }
    }
}

extension SeriesDetector {
    /// The newest value against up to sixty before it; nil for too few.
    ///
    /// The scale is at least two percent of the level, so that the first flicker of a constant series is none.
    static func spike(_ values: [Double], threshold: Double = spike.defaultThreshold) -> Detection? {
        guard values.count >= spike.minimumPoints, let last = values.last else { return nil }
        let history = Array(values.dropLast().suffix(60))
        let center = RobustStatistics.median(history) ?? 0
        let scale = RobustStatistics.scale(history, floor: 0.02)
        return Detection(score: abs(last - center) / scale, expected: center, found: last, threshold: threshold)
    }

    /// The median of the newest quarter (4 to 12 values) against that of the rest.
    ///
    /// A shift of less than a tenth of the level is none, however sure.
    static func levelShift(_ values: [Double], threshold: Double = levelShift.defaultThreshold) -> Detection? {
        guard values.count >= levelShift.minimumPoints else { return nil }
        let recentCount = min(12, max(4, values.count / 4))
        let recent = Array(values.suffix(recentCount))
        let earlier = Array(values.dropLast(recentCount).suffix(60))
        guard let now = RobustStatistics.median(recent), let before = RobustStatistics.median(earlier) else {
            return nil
        }
        let scale = RobustStatistics.scale(earlier, floor: 0.02)
        // The variance of a median of n normal values is about pi/2n.
        let spread = scale * (Double.pi / 2 * (1 / Double(recent.count) + 1 / Double(earlier.count))).squareRoot()
        let isSmall = abs(now - before) < 0.1 * abs(before)
        return Detection(
            score: isSmall ? 0 : abs(now - before) / spread,
            expected: before,
            found: now,
            threshold: threshold
        )
    }

    /// The time since the newest arrival against the gaps before it.
    static func staleness(_ times: [Date], now: Date, threshold: Double = staleness.defaultThreshold) -> Detection? {
        guard times.count >= staleness.minimumPoints, let last = times.last else { return nil }
        let gaps = zip(times.dropFirst(), times).map { $0.timeIntervalSince($1) }
        guard let usual = RobustStatistics.median(gaps), usual > 0 else { return nil }
        let scale = max(RobustStatistics.scale(gaps), 0.25 * usual)
        let age = now.timeIntervalSince(last)
        return Detection(score: (age - usual) / scale, expected: usual, found: age, threshold: threshold)
    }

    /// A share of blank rows against the roll before it: two proportions, and at least two points of a hundred apart.
    static func nullRate(
        _ now: (blank: Int, rows: Int),
        before: (blank: Int, rows: Int),
        threshold: Double = nullRate.defaultThreshold
    ) -> Detection? {
        guard now.rows > 0, before.rows > 0 else { return nil }
        let share = Double(now.blank) / Double(now.rows)
        let usual = Double(before.blank) / Double(before.rows)
        let pooled = Double(now.blank + before.blank) / Double(now.rows + before.rows)
        let variance = pooled * (1 - pooled) * (1 / Double(now.rows) + 1 / Double(before.rows))
        let score = variance > 0 && share - usual >= 0.02 ? (share - usual) / variance.squareRoot() : 0
        return Detection(score: score, expected: usual, found: share, threshold: threshold)
    }

    /// Rows that repeat others, against a thousandth of all rows or three times the share before, whichever is more.
    static func duplicates(
        _ now: (extra: Int, rows: Int),
        before: Double?,
        threshold: Double = duplicates.defaultThreshold
    ) -> Detection? {
        guard now.rows > 0 else { return nil }
        let share = Double(now.extra) / Double(now.rows)
        let usual = max(0.001, 3 * (before ?? 0))
        // A single pair in a small table is above a thousandth, and may be true.
        return Detection(
            score: now.extra < 2 ? 0 : share / usual,
            expected: usual,
            found: share,
            threshold: threshold
        )
    }

    /// A roll's rows against those of the roll before it: a loss of more than a tenth that chance does not explain.
    static func drop(_ now: Int, before: Int, threshold: Double = drop.defaultThreshold) -> Detection? {
        guard before > 0 else { return nil }
        let loss = Double(before - now) / Double(before)
        let deviation = Double(before - now) / Double(before + now).squareRoot()
        return Detection(
            score: deviation > 4 ? loss / 0.1 : 0,
            expected: Double(before),
            found: Double(now),
            threshold: threshold
        )
    }
}
