import JobModel
import Orchestrator
import Testing

@Suite("The ladder of overdue escalations")
struct OverdueLadderTests {
    private static func ladder(
        _ measure: ReviewPolicy.Measure,
        tiers: [String] = [],
        remindEvery: Duration? = .seconds(60)
    ) -> OverdueLadder {
        OverdueLadder(
            ReviewPolicy(
                standard: ReviewPolicy.Rules(
                    dueAfter: .seconds(10),
                    remindEvery: remindEvery,
                    tiers: tiers,
                    whenOverdue: measure
                )
            )
        )
    }

    @Test(
        "does nothing before the time, without a time, or while somebody is at work",
        arguments: ReviewPolicy.Measure.allCases
    )
    func waits(measure: ReviewPolicy.Measure) {
        let ladder = Self.ladder(measure, tiers: ["a", "b"])
        let due = OverdueLadder.Item(reason: .lowConfidence, dueMilliseconds: 1000)
        #expect(ladder.step(of: due, nowMilliseconds: 999) == .wait)
        var held = due
        held.isOpen = false
        #expect(ladder.step(of: held, nowMilliseconds: 5000) == .wait)
        #expect(
            ladder.step(of: OverdueLadder.Item(reason: .lowConfidence, dueMilliseconds: nil), nowMilliseconds: 1)
                == .wait
        )
    }

    @Test("reminds at once and then at intervals, or once where there is no interval")
    func reminds() {
        var item = OverdueLadder.Item(reason: .lowConfidence, dueMilliseconds: 1000)
        #expect(Self.ladder(.remind).step(of: item, nowMilliseconds: 1000) == .remind)
        item.remindedMilliseconds = 1000
        #expect(Self.ladder(.remind).step(of: item, nowMilliseconds: 60_999) == .wait)
        #expect(Self.ladder(.remind).step(of: item, nowMilliseconds: 61_000) == .remind)
        #expect(Self.ladder(.remind, remindEvery: nil).step(of: item, nowMilliseconds: 1_000_000) == .wait)
        // A reminder of before the due time was moved says nothing of the new one.
        item.dueMilliseconds = 2000
        #expect(Self.ladder(.remind, remindEvery: nil).step(of: item, nowMilliseconds: 2000) == .remind)
    }

    @Test(
        "goes through the tiers before it decides",
        arguments: [
            (ReviewPolicy.Measure.nextTier, OverdueLadder.Step.remind), (.approve, .decide(.approve)),
            (.reject, .decide(.reject)),
        ]
    )
    func tiers(measure: ReviewPolicy.Measure, last: OverdueLadder.Step) {
        let ladder = Self.ladder(measure, tiers: ["desk", "leads", "board"])
        for tier in 1...2 {
            let item = OverdueLadder.Item(reason: .lowConfidence, dueMilliseconds: 1000, tier: tier)
            let step = ladder.step(of: item, nowMilliseconds: 4000)
            #expect(step == .handOn(tier: tier + 1, dueMilliseconds: 14_000))
        }
        let item = OverdueLadder.Item(reason: .lowConfidence, dueMilliseconds: 1000, tier: 3)
        #expect(ladder.step(of: item, nowMilliseconds: 4000) == last)
    }

    @Test("never approves what has no result, and never decides an audit sample")
    func limits() {
        let empty = OverdueLadder.Item(reason: .retriesExhausted, hasResult: false, dueMilliseconds: 1)
        #expect(Self.ladder(.approve).step(of: empty, nowMilliseconds: 2) == .remind)
        #expect(Self.ladder(.reject).step(of: empty, nowMilliseconds: 2) == .decide(.reject))
        let sample = OverdueLadder.Item(reason: .auditSample, dueMilliseconds: 1)
        for measure in [ReviewPolicy.Measure.approve, .reject] {
            #expect(Self.ladder(measure).step(of: sample, nowMilliseconds: 2) == .remind)
        }
    }
}
