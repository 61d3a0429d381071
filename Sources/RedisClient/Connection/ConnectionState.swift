/// The life of the one connection a client keeps, as a pure value: events in, actions out.
///
///     disconnected ──commandWaits──> connecting ──opened──> handshaking ──last reply──> ready
///           ^                            ^  │                    │                        │
///           │ pauseEnded, none waits     │  │ failed             │ failed                 │ lost
///           │                 pauseEnded │  v                    v                        │
///           └───────────────────────── pausing <───────────────────────────────────────────┘
///
/// `opened` without a handshake leads to ready at once. `close` leads from every state to closed, which is final.
/// `attempt` counts the failures since a connection last answered, so that a server which accepts and hangs up is
/// backed off from like one that refuses.
struct ConnectionState: Equatable {
    enum Phase: Equatable {
        case disconnected
        case connecting
        case handshaking(outstanding: Int)
        case ready
        case pausing
        case closed
    }

    enum Action: Equatable {
        case none
        /// Open a channel.
        case connect
        /// Write AUTH, SELECT and CLIENT SETNAME.
        case sendHandshake
        /// The connection can be used; write what waits.
        case becomeReady
        /// Write what waits.
        case writeWaiting
        /// Drop the channel, fail the waiting commands if `failsWaiting`, and report `pauseEnded` after `pause`.
        case pause(Duration, failsWaiting: Bool)
    }

    private(set) var phase = Phase.disconnected
    private(set) var attempt = 0
    let backoff: Backoff
    /// The number of commands that log a connection in.
    let handshakeLength: Int

    /// A command waits to be written.
    mutating func commandWaits() -> Action {
        switch phase {
        case .disconnected:
            phase = .connecting
            return .connect
        case .ready:
            return .writeWaiting
        case .connecting, .handshaking, .pausing, .closed:
            return .none
        }
    }

    /// The channel is open, TLS included.
    mutating func opened() -> Action {
        guard phase == .connecting else { return .none }
        guard handshakeLength > 0 else {
            phase = .ready
            return .becomeReady
        }
        phase = .handshaking(outstanding: handshakeLength)
        return .sendHandshake
    }

    /// A handshake command succeeded.
    mutating func handshakeReplied() -> Action {
        guard case .handshaking(let outstanding) = phase else { return .none }
        guard outstanding > 1 else {
            phase = .ready
            return .becomeReady
        }
        phase = .handshaking(outstanding: outstanding - 1)
        return .none
    }

    /// A command was answered: the server is alive.
    mutating func replied() {
        if phase == .ready { attempt = 0 }
    }

    /// Connecting, the handshake or the connection failed; `random` in 0..<1 is the jitter.
    ///
    /// A fatal failure, such as a wrong password, fails the waiting commands; others let them wait for the next attempt.
    mutating func failed(_ error: RedisError, random: Double) -> Action {
        switch phase {
        case .connecting, .handshaking, .ready:
            attempt += 1
            // A ready connection worked: whatever broke it says nothing about the next one.
            let failsWaiting = phase != .ready && !error.isRetryable
            phase = .pausing
            return .pause(backoff.delay(attempt: attempt, random: random), failsWaiting: failsWaiting)
        case .disconnected, .pausing, .closed:
            return .none
        }
    }

    /// The pause is over.
    mutating func pauseEnded(commandsWait: Bool) -> Action {
        guard phase == .pausing else { return .none }
        phase = commandsWait ? .connecting : .disconnected
        return commandsWait ? .connect : .none
    }

    /// The owner is done; nothing happens any more.
    mutating func close() {
        phase = .closed
    }
}
