import Orchestrator
import Testing

@Suite("The calibration")
struct CalibrationTests {
    /// Confidences of the density 3p², which lie high as those of a working system do; `truth` makes the chance that
    /// the reviewer agrees of them.
    private static func scores(
        _ count: Int,
        seed: UInt64,
        weight: (Double) -> Double = { _ in 1 },
        truth: (Double) -> Double = { $0 }
    ) -> [ReviewedScore] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let unit = generator.unit()
            let confidence = max(unit, max(generator.unit(), generator.unit()))
            return ReviewedScore(
                confidence: confidence,
                agreed: generator.unit() < truth(confidence),
                weight: weight(confidence)
            )
        }
    }

    @Test("a calibrated score stays within the band of chance, but for one in twenty")
    func calibrated() throws {
        var consistent = 0
        for seed in 1...40 as ClosedRange<UInt64> {
            let report = try #require(Calibration(Self.scores(300, seed: seed)))
            if report.verdict == .consistent { consistent += 1 }
            #expect(report.bins.map(\.count).reduce(0, +) == 300)
            #expect(abs(report.effectiveCount - 300) < 1e-6)
            #expect(try #require(report.brierSkill) > 0)
        }
        #expect((34...40).contains(consistent), "\(consistent) of 40")
    }

    @Test("a score that says too much is overconfident, one that says too little underconfident")
    func directions() throws {
        let over = try #require(Calibration(Self.scores(400, seed: 11, truth: { $0 * 0.7 })))
        #expect(over.verdict == .overconfident)
        #expect(over.meanConfidence > over.agreement)
        let under = try #require(Calibration(Self.scores(400, seed: 12, truth: { $0 + (1 - $0) * 0.8 })))
        #expect(under.verdict == .underconfident)
        let both = try #require(
            Calibration(Self.scores(2000, seed: 13, truth: { $0 > 0.75 ? $0 - 0.25 : min(1, $0 + 0.3) }))
        )
        #expect(both.verdict == .miscalibrated)
    }

    @Test("a score that says nothing has no skill over always saying the mean")
    func noSkill() throws {
        let report = try #require(Calibration(Self.scores(1000, seed: 21, truth: { _ in 0.75 })))
        #expect(try #require(report.brierSkill) <= 0.01)
        #expect(abs(report.brierBaseline - report.agreement * (1 - report.agreement)) < 1e-12)
    }

    @Test("Brier and calibration error are those of a worked example")
    func workedExample() throws {
        let scores = [(0.9, true), (0.9, true), (0.9, false), (0.3, false)].map {
            ReviewedScore(confidence: $0.0, agreed: $0.1)
        }
        let report = try #require(Calibration(scores))
        #expect(abs(report.brier - (0.01 + 0.01 + 0.81 + 0.09) / 4) < 1e-12)
        #expect(abs(report.brierBaseline - 0.25) < 1e-12)
        #expect(abs(report.expectedCalibrationError - (3 * abs(0.9 - 2.0 / 3) + 0.3) / 4) < 1e-12)
        #expect(report.bins.map(\.from) == [0.3, 0.9])
        #expect(report.verdict == .insufficient)
    }

    @Test("there is no verdict under 100 reviews, nor where a few carry the weight", arguments: [20, 50, 99])
    func tooFew(count: Int) throws {
        #expect(try #require(Calibration(Self.scores(count, seed: 31, truth: { $0 / 2 }))).verdict == .insufficient)
        // 400 reviews, of which a handful stand for nearly everything.
        var scores = Self.scores(400, seed: 32, truth: { $0 / 2 })
        for place in 0..<5 { scores[place].weight = 1000 }
        let report = try #require(Calibration(scores))
        #expect(report.effectiveCount < 10)
        #expect(report.verdict == .insufficient)
        #expect(Calibration([]) == nil)
    }

    @Test("weights undo what sampling did: the weighted agreement is that of all results")
    func weights() throws {
        // Everything below 0.7 is reviewed, and one in ten of the rest, of which the reviewers approve fewer than said.
        let all = Self.scores(20_000, seed: 41, truth: { $0 < 0.7 ? $0 : $0 * 0.8 })
        var generator = SeededGenerator(seed: 42)
        var sample: [ReviewedScore] = []
        for score in all {
            if score.confidence < 0.7 {
                sample.append(score)
            } else if generator.unit() < 0.1 {
                var drawn = score
                drawn.weight = 10
                sample.append(drawn)
            }
        }
        let truth = try #require(Calibration(all))
        let weighted = try #require(Calibration(sample))
        let unweighted = try #require(
            Calibration(sample.map { ReviewedScore(confidence: $0.confidence, agreed: $0.agreed) })
        )
        #expect(abs(weighted.agreement - truth.agreement) < 0.02)
        #expect(abs(unweighted.agreement - truth.agreement) > 0.04)
        #expect(abs(weighted.expectedCalibrationError - truth.expectedCalibrationError) < 0.02)
        #expect(weighted.effectiveCount < Double(sample.count))
        #expect(weighted.verdict == .overconfident)
    }

    /// shared/reference/language-models.md, 5.3, simulated there with ten bins on a distribution that it does not name.
    @Test(
        "the band of chance is that of the published simulation",
        arguments: [(20, 0.173, 0.255), (100, 0.080, 0.122), (1000, 0.026, nil)] as [(Int, Double, Double?)]
    )
    func nullBand(count: Int, mean: Double, high: Double?) {
        let bands = (1...8).map { NullBand(Self.scores(count, seed: 50 + $0), seed: $0) }
        let average = bands.map(\.mean).reduce(0, +) / 8
        #expect(abs(average - mean) / mean < 0.15, "\(average)")
        if let high {
            let upper = bands.map(\.high).reduce(0, +) / 8
            #expect(abs(upper - high) / high < 0.15, "\(upper)")
        }
        for band in bands { #expect(band.low < band.median && band.median < band.high) }
    }

    @Test("the same reviews give the same report")
    func repeatable() {
        let scores = Self.scores(300, seed: 61)
        #expect(Calibration(scores) == Calibration(scores))
    }

    @Test("the recommended threshold keeps the promise on results that were not looked at")
    func threshold() throws {
        let seen = Self.scores(4000, seed: 71)
        let advice = ThresholdAdvice(seen, wantedAccuracy: 0.9)
        let choice = try #require(advice.recommended)
        #expect(choice.error <= 0.1)
        #expect((0...1).contains(choice.load))
        #expect(choice.interval.low <= choice.error && choice.error <= choice.interval.high)
        let unseen = Self.scores(40_000, seed: 72).filter { $0.confidence >= choice.threshold }
        let error = Double(unseen.count { !$0.agreed }) / Double(unseen.count)
        #expect(error < 0.115, "\(error)")
        let assured = try #require(advice.assured)
        #expect(assured.threshold >= choice.threshold)
        #expect(assured.load >= choice.load)
        #expect(advice.choices.map(\.load) == advice.choices.map(\.load).sorted())
    }

    @Test("no threshold is recommended that the reviews cannot bear out")
    func noThreshold() {
        #expect(ThresholdAdvice(Self.scores(60, seed: 81), wantedAccuracy: 0.5).recommended == nil)
        #expect(
            ThresholdAdvice(Self.scores(1000, seed: 82, truth: { _ in 0.5 }), wantedAccuracy: 0.95).recommended == nil
        )
        #expect(ThresholdAdvice([], wantedAccuracy: 0.9).choices.isEmpty)
    }

    @Test("groups are measured apart")
    func groups() throws {
        let sound = Self.scores(300, seed: 91).map {
            ReviewedScore(confidence: $0.confidence, agreed: $0.agreed, operationType: "a", action: "w.sound")
        }
        let boasting = Self.scores(300, seed: 92, truth: { $0 * 0.5 }).map {
            ReviewedScore(confidence: $0.confidence, agreed: $0.agreed, operationType: "a", action: "w.boasting")
        }
        let report = CalibrationReport(
            sound + boasting,
            wantedAccuracy: 0.9,
            source: "audit_log",
            auditSamples: 0,
            omitted: CalibrationReport.Omissions()
        )
        #expect(report.actions.map(\.name) == ["w.boasting", "w.sound"])
        #expect(report.actions.map(\.calibration.verdict) == [.overconfident, .consistent])
        #expect(report.operationTypes.map(\.calibration.count) == [600])
    }

    @Test("Wilson's interval is that of the textbook, and stays within 0 and 1")
    func wilson() {
        let interval = Interval.wilson(share: 0.1, count: 20)
        #expect(abs(interval.low - 0.0279) < 0.0005)
        #expect(abs(interval.high - 0.3010) < 0.0005)
        #expect(Interval.wilson(share: 1, count: 3).high == 1)
        #expect(Interval.wilson(share: 0, count: 0) == Interval(low: 0, high: 1))
    }
}
