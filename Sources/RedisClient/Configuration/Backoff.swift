/// Pauses that double from attempt to attempt, each shortened at random so that many clients do not return at once.
package struct Backoff: Sendable, Equatable {
    /// The pause after the first failure.
    package var initial: Duration = .milliseconds(50)
    /// The longest pause.
    package var maximum: Duration = .seconds(2)
    /// The part of each pause that is random, 0 to 1.
    package var jitter = 0.5

    /// The pause after failure number `attempt`, counted from 1, for a random number in 0..<1.
    package func delay(attempt: Int, random: Double) -> Duration {
        // 2^20 times any useful initial pause is beyond any useful maximum, and cannot overflow.
        let doublings = min(max(attempt, 1) - 1, 20)
        let pause = min(initial * (1 << doublings), maximum)
        return pause * (1 - jitter * random)
    }
}
