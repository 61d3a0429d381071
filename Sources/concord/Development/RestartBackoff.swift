/// How long to wait before a process that has ended by itself is started again.
///
/// The wait doubles from half a second to 15 s, and begins anew after a life of 30 s.
struct RestartBackoff: Sendable, Hashable {
    private var failures = 0

    /// The wait after a life.
    mutating func delay(afterLife life: Duration) -> Duration {
        if life >= .seconds(30) { failures = 0 }
        failures += 1
        return min(.seconds(15), .milliseconds(500) * (1 << min(failures - 1, 10)))
    }
}
