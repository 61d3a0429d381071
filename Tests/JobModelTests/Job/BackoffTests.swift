import Testing

@testable import JobModel

@Suite struct BackoffTests {
    @Test(arguments: [(1, 1000), (2, 2000), (3, 4000), (6, 32_000), (7, 60_000), (8, 60_000), (5000, 60_000)])
    func `the delay doubles from attempt to attempt, up to the cap`(_ attempt: Int, _ milliseconds: Int) {
        let backoff = Backoff(base: .seconds(1), factor: 2, cap: .seconds(60), jitter: 0)
        #expect(backoff.delay(afterAttempt: attempt, random: 0.9) == milliseconds)
    }

    @Test(arguments: [(0.0, 800), (0.5, 1000), (0.999_999, 1199)])
    func `jitter spreads the delay evenly on both sides`(_ random: Double, _ milliseconds: Int) {
        #expect(Backoff.standard.delay(afterAttempt: 1, random: random) == milliseconds)
    }

    @Test func `no backoff is no delay`() {
        for attempt in 1...5 { #expect(Backoff.none.delay(afterAttempt: attempt, random: 0.7) == 0) }
    }

    @Test func `parameters out of range move into it`() {
        let wild = Backoff(base: .seconds(-1), factor: .infinity, cap: .seconds(-9), jitter: .nan)
        #expect(wild == Backoff(base: .zero, factor: 1, cap: .zero, jitter: 0))
        #expect(Backoff(base: .seconds(1), factor: 0.1, cap: .seconds(1), jitter: 7).jitter == 1)
        #expect(Backoff(base: .seconds(1), factor: 0.1, cap: .seconds(1), jitter: 7).factor == 1)
    }

    @Test func `a delay is never negative nor beyond the cap and its jitter`() {
        for _ in 0..<2000 {
            let backoff = Backoff(
                base: .milliseconds(Int.random(in: 0...100_000)),
                factor: Double.random(in: 1...50),
                cap: .milliseconds(Int.random(in: 0...1_000_000)),
                jitter: Double.random(in: 0...1)
            )
            let delay = backoff.delay(afterAttempt: Int.random(in: 1...200), random: Double.random(in: 0..<1))
            let most = Double(backoff.capMilliseconds) * (1 + backoff.jitter)
            #expect(delay >= 0 && Double(delay) <= most, "\(backoff)")
        }
    }

    @Test(arguments: [
        (Duration.milliseconds(1500), 1500), (.microseconds(1999), 1), (.zero, 0), (.milliseconds(-3), -3),
        (.seconds(Int64.max), Int.max), (.seconds(Int64.min), Int.min),
    ])
    func `a duration is cut to whole milliseconds, and saturates`(_ duration: Duration, _ milliseconds: Int) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }
}
