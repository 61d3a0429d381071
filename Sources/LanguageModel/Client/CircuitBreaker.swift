/// Leaves a server alone that keeps failing; pure.
///
/// States: `closed` (every call passes; failures in a row are counted) → `open` (none passes until a time) → `halfOpen` (one
/// call passes; its outcome closes the circuit or opens it again) → `closed` or `open`.
struct CircuitBreaker: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum State: Sendable, Equatable {
        case closed(failures: Int)
        case open(until: Instant)
        /// The call that was let through and has not ended; one that never ends counts as ended after a pause.
        case halfOpen(since: Instant)
    }

    /// Whether a call may be made.
    enum Admission: Sendable, Equatable {
        case admitted
        case refused(for: Duration)
    }

    private(set) var state: State = .closed(failures: 0)
    let threshold: Int
    let pause: Duration

    init(threshold: Int, pause: Duration) {
        self.threshold = threshold
        self.pause = pause
    }

    /// Asks for a call.
    mutating func admit(now: Instant) -> Admission {
        switch state {
        case .closed: return .admitted
        case .open(let until) where now < until: return .refused(for: until - now)
        case .halfOpen(let since) where now < since + pause: return .refused(for: since + pause - now)
        case .open, .halfOpen:
            state = .halfOpen(since: now)
            return .admitted
        }
    }

    /// An admitted call was answered, if only by a refusal: the server works.
    mutating func succeeded() { state = .closed(failures: 0) }

    /// An admitted call failed for the server's reasons.
    mutating func failed(now: Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < threshold: state = .closed(failures: failures + 1)
        case .closed, .halfOpen: state = .open(until: now + pause)
        case .open: break  // A call that began before the circuit opened.
        }
    }

    /// An admitted call was given up by the caller and says nothing of the server.
    mutating func abandoned(now: Instant) {
        if case .halfOpen = state { state = .open(until: now) }
    }
}
