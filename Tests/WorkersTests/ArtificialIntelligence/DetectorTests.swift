import Foundation
import Testing

@testable import Workers

@Suite("Detectors of anomalies")
struct DetectorTests {
    /// A kind of series without any anomaly.
    enum Noise: CaseIterable {
        case normal, logNormal
    }

    private static func normal(_ random: inout SeededRandom) -> Double {
        (-2 * log(max(random.unit(), 1e-300))).squareRoot() * cos(2 * .pi * random.unit())
    }

    private static func series(_ noise: Noise, _ count: Int, _ random: inout SeededRandom) -> [Double] {
        (0..<count).map { _ in
            switch noise {
            case .normal: 100 + 10 * normal(&random)
            case .logNormal: exp(4 + 0.3 * normal(&random))
            }
        }
    }

    /// The share of series on which a detector alarms.
    private static func rate(_ runs: Int = 4000, seed: Int, _ alarms: (inout SeededRandom) -> Bool) -> Double {
        var random = SeededRandom(seed: seed)
        return Double((0..<runs).count { _ in alarms(&random) }) / Double(runs)
    }

    /// The worst share of sound series on which each detector alarms, over all kinds of series here; seeds are fixed, so that
    /// it is the same number on every machine.
    private static let measured: [SeriesDetector: Double] = {
        var worst: [SeriesDetector: Double] = [:]
        func note(_ detector: SeriesDetector, _ rate: Double) { worst[detector] = max(worst[detector] ?? 0, rate) }
        for noise in Noise.allCases {
            for length in [16, 30, 61] {
                note(
                    .spike,
                    rate(seed: 11 + length) { SeriesDetector.spike(series(noise, length, &$0))?.isAlarm == true }
                )
                note(
                    .levelShift,
                    rate(seed: 12 + length) { SeriesDetector.levelShift(series(noise, length, &$0))?.isAlarm == true }
                )
            }
        }
        for isRegular in [true, false] { note(.staleness, rate(seed: 13) { isStale(isRegular, &$0) }) }
        note(
            .nullRate,
            rate(1000, seed: 14) { random in
                let draw = { (random: inout SeededRandom) in (0..<500).count { _ in random.unit() < 0.1 } }
                return SeriesDetector.nullRate((draw(&random), 500), before: (draw(&random), 500))?.isAlarm == true
            }
        )
        note(
            .drop,
            rate(seed: 15) { random in
                // Rolls grow by a percent or so a year; a small one is a count of chance.
                let before = 50 + random.below(5000)
                let growth = 1.01 + 0.02 * normal(&random)
                let now = Double(before) * growth + Double(before).squareRoot() * normal(&random)
                return SeriesDetector.drop(Int(now), before: before)?.isAlarm == true
            }
        )
        note(
            .duplicates,
            rate(1000, seed: 16) { random in
                // One row in ten thousand repeats another one, as it did in the roll before.
                let rows = 500 + random.below(5000)
                let extra = (0..<rows).count { _ in random.unit() < 0.000_1 }
                return SeriesDetector.duplicates((extra, rows), before: 0.000_1)?.isAlarm == true
            }
        )
        return worst
    }()

    /// Whether staleness alarms, looked at as long after the last arrival as the next would take to come.
    private static func isStale(_ isRegular: Bool, _ random: inout SeededRandom) -> Bool {
        var time = 0.0
        let times = (0..<20).map { _ in
            time += isRegular ? 3600 + 60 * normal(&random) : -3600 * log(max(random.unit(), 1e-300))
            return Date(timeIntervalSince1970: time)
        }
        let wait = isRegular ? 3600 * random.unit() : -3600 * log(max(random.unit(), 1e-300))
        return SeriesDetector.staleness(times, now: Date(timeIntervalSince1970: time + wait))?.isAlarm == true
    }

    @Test("each raises no more false alarms than stated", arguments: SeriesDetector.allCases)
    func falseAlarms(detector: SeriesDetector) throws {
        #expect(try #require(Self.measured[detector]) <= detector.falseAlarmRate)
    }

    @Test("the page states for each what was measured here", arguments: SeriesDetector.allCases)
    func documented(detector: SeriesDetector) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let page = try String(contentsOf: root.appending(path: "docs/workers.md"), encoding: .utf8)
        let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `\(detector.rawValue)` |") })
        let match = try #require(row.firstMatch(of: #/at most ([0-9.]+) percent, measured ([0-9.]+)/#))
        #expect(Double(match.1) == detector.falseAlarmRate * 100)
        let rate = try #require(Self.measured[detector])
        #expect(abs((Double(match.2) ?? -1) - rate * 100) < 0.006, "measured \(rate * 100) percent")
    }

    @Test("each finds what it is for", arguments: Noise.allCases)
    func power(noise: Noise) {
        let spikes = Self.rate(1000, seed: 21) { random in
            var values = Self.series(noise, 30, &random)
            values[29] += 15 * RobustStatistics.scale(values)
            return SeriesDetector.spike(values)?.isAlarm == true
        }
        #expect(spikes >= 0.95)
        let shifts = Self.rate(1000, seed: 22) { random in
            var values = Self.series(noise, 40, &random)
            for place in 30..<40 { values[place] *= 2.5 }
            return SeriesDetector.levelShift(values)?.isAlarm == true
        }
        #expect(shifts >= 0.95)
        #expect(SeriesDetector.nullRate((60, 500), before: (2, 500))?.isAlarm == true)
        #expect(SeriesDetector.duplicates((5, 200), before: nil)?.isAlarm == true)
        #expect(SeriesDetector.drop(8500, before: 10_000)?.isAlarm == true)
        #expect(SeriesDetector.drop(9500, before: 10_000)?.isAlarm == false)
        let times = (0..<10).map { Date(timeIntervalSince1970: Double($0) * 3600) }
        #expect(SeriesDetector.staleness(times, now: times[9].addingTimeInterval(4 * 3600))?.isAlarm == true)
    }

    @Test("a constant series does not alarm at its first flicker, and too few values say nothing")
    func edges() {
        #expect(SeriesDetector.spike([Double](repeating: 50, count: 20) + [50.5])?.isAlarm == false)
        #expect(SeriesDetector.spike([Double](repeating: 50, count: 20) + [80])?.isAlarm == true)
        #expect(SeriesDetector.spike([1, 2, 3]) == nil)
        #expect(SeriesDetector.levelShift([1, 2, 3]) == nil)
        #expect(SeriesDetector.drop(5, before: 0) == nil)
        #expect(SeriesDetector.nullRate((0, 0), before: (1, 2)) == nil)
    }
}

@Suite("Statistics")
struct StatisticsTests {
    @Test("agree with worked examples")
    func examples() {
        #expect(RobustStatistics.median([3, 1, 2]) == 2)
        #expect(RobustStatistics.quantile([1, 2, 3, 4], 0.25) == 1.75)
        #expect(RobustStatistics.median([]) == nil)
        #expect(abs(RobustStatistics.scale([1, 2, 3, 4, 5]) - 1.4826) < 1e-9)
        // scipy.stats.mannwhitneyu([1..10], [6..15], method="asymptotic"): U = 12.5, p = 0.00507
        let left = (1...10).map(Double.init)
        let right = (6...15).map(Double.init)
        #expect(abs(RankTests.mannWhitney(left, right) - 0.00507) < 5e-4)
        #expect(RankTests.mannWhitney([1, 2], [3, 4]) == 1)
        // Ten values in rising order: S = 45, variance 125, z = 44 / 11.18.
        #expect(abs(RankTests.mannKendall(left) - 8.3e-5) < 1e-5)
        #expect(RankTests.slope([(0, 1), (1, 3), (2, 5), (3, 100)]) > 2)
        let interval = ShareInterval(successes: 0, of: 100)
        #expect(interval.low == 0 && abs(interval.high - 0.0370) < 1e-3)
    }
}
