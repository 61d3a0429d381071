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

    @Test("spikes and level shifts raise no more false alarms than stated", arguments: Noise.allCases, [16, 30, 61])
    func falseAlarms(noise: Noise, length: Int) {
        let spikes = Self.rate(seed: 11 + length) { random in
            SeriesDetector.spike(Self.series(noise, length, &random))?.isAlarm == true
        }
        #expect(spikes <= SeriesDetector.spike.falseAlarmRate)
        let shifts = Self.rate(seed: 12 + length) { random in
            SeriesDetector.levelShift(Self.series(noise, length, &random))?.isAlarm == true
        }
        #expect(shifts <= SeriesDetector.levelShift.falseAlarmRate)
    }

    @Test("staleness raises no more false alarms than stated, for regular and for Poisson arrivals")
    func staleness() {
        for isRegular in [true, false] {
            let rate = Self.rate(seed: 13) { random in
                var time = 0.0
                let times = (0..<20).map { _ in
                    time += isRegular ? 3600 + 60 * Self.normal(&random) : -3600 * log(max(random.unit(), 1e-300))
                    return Date(timeIntervalSince1970: time)
                }
                // Looked at as long after the last one as the next would take to come.
                let wait = isRegular ? 3600 * random.unit() : -3600 * log(max(random.unit(), 1e-300))
                return SeriesDetector.staleness(times, now: Date(timeIntervalSince1970: time + wait))?.isAlarm == true
            }
            #expect(rate <= SeriesDetector.staleness.falseAlarmRate)
        }
    }

    @Test("shares and counts raise no more false alarms than stated")
    func counts() {
        let blanks = Self.rate(1000, seed: 14) { random in
            let draw = { (random: inout SeededRandom) in (0..<500).count { _ in random.unit() < 0.1 } }
            return SeriesDetector.nullRate((draw(&random), 500), before: (draw(&random), 500))?.isAlarm == true
        }
        #expect(blanks <= SeriesDetector.nullRate.falseAlarmRate)
        let drops = Self.rate(seed: 15) { random in
            // Rolls grow by a percent or so a year; a small one is a count of chance.
            let before = 50 + random.below(5000)
            let growth = 1.01 + 0.02 * Self.normal(&random)
            let now = Double(before) * growth + Double(before).squareRoot() * Self.normal(&random)
            return SeriesDetector.drop(Int(now), before: before)?.isAlarm == true
        }
        #expect(drops <= SeriesDetector.drop.falseAlarmRate)
        #expect(SeriesDetector.duplicates((1, 200), before: nil)?.isAlarm == false)
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
