/// The delay before the next attempt: exponential, capped, with jitter.
///
/// The delay after attempt `n` is `min(cap, base · factor^(n−1))`, spread evenly over ±`jitter` of itself.
public struct Backoff: Hashable, Sendable, Codable {
    /// Delay after the first attempt, in milliseconds.
    public let baseMilliseconds: Int
    /// Growth from one attempt to the next, at least 1.
    public let factor: Double
    /// The longest delay before jitter, in milliseconds.
    public let capMilliseconds: Int
    /// Share of the delay that is random, 0 to 1.
    public let jitter: Double

    /// One second, doubled each time up to a minute, ±20 %.
    public static let standard = Backoff(base: .seconds(1), factor: 2, cap: .seconds(60), jitter: 0.2)
    /// No delay at all.
    public static let none = Backoff(base: .zero, factor: 1, cap: .zero, jitter: 0)

    /// Takes the parameters; each is moved into its range where it lies outside.
    public init(base: Duration, factor: Double, cap: Duration, jitter: Double) {
        baseMilliseconds = max(0, base.wholeMilliseconds)
        self.factor = factor.isFinite ? max(1, factor) : 1
        capMilliseconds = max(0, cap.wholeMilliseconds)
        self.jitter = jitter.isFinite ? min(1, max(0, jitter)) : 0
    }

    /// Milliseconds to wait after attempt `attempt` (from 1), for a random number in [0, 1).
    package func delay(afterAttempt attempt: Int, random: Double) -> Int {
        var delay = Double(baseMilliseconds)
        for _ in 1..<max(1, attempt) where delay < Double(capMilliseconds) { delay *= factor }
        delay = min(Double(capMilliseconds), delay)
        return Int((delay * (1 - jitter + 2 * jitter * random)).rounded(.down))
    }
}

extension Duration {
    /// This duration in whole milliseconds, rounded towards zero; saturates at the ends of `Int`.
    package var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = Int(seconds).multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds < 0 ? .min : .max) : scaled + Int(attoseconds / 1_000_000_000_000_000)
    }
}
