/// One side of a WebSocket (RFC 6455) that sends text and takes nothing but pings and goodbye: a state machine.
///
/// `open → closing` when this side says goodbye first, `open → closed` when the other does or breaks the protocol,
/// `closing → closed` with the other's goodbye or when it takes too long. What comes in `closing` and `closed` is passed
/// over.
struct WebSocketSession {
    /// A frame that came in, as far as it matters.
    enum Frame: Hashable {
        case ping([UInt8])
        case pong
        /// With the code that it carries; `nil` for none.
        case close(code: Int?)
        /// Text or binary: clients have nothing to say here, and what they say is passed over.
        case data
        /// Not masked, with reserved bits, or of an unknown kind.
        case illegal(String)
    }

    /// Why this side ends the connection (RFC 6455, section 7.4.1).
    enum Goodbye: Int, Hashable {
        case normal = 1000
        case goingAway = 1001
        case protocolError = 1002
        case policyViolation = 1008
        case tooLarge = 1009
    }

    /// What is to be done now.
    enum Action: Hashable {
        case nothing
        case ping
        case pong([UInt8])
        /// Say goodbye, and close at once or when the other side has answered.
        case close(Goodbye, hangsUp: Bool)
        /// Answer a goodbye with its own code, then close.
        case echo(code: Int?)
        /// Close without a word.
        case drop
    }

    private enum State {
        case open, closing, closed
    }

    private var state = State.open
    private var unanswered = 0
    /// Checks without a sign of life after which the other side counts as gone.
    private static let patience = 2

    /// Whether messages may still be sent.
    var isOpen: Bool { state == .open }

    /// Something came in.
    mutating func receive(_ frame: Frame) -> Action {
        unanswered = 0
        switch (state, frame) {
        case (.closed, _): return .nothing
        case (.closing, .close):
            state = .closed
            return .drop
        case (.closing, _): return .nothing
        case (.open, .ping(let data)): return .pong(data)
        case (.open, .pong), (.open, .data): return .nothing
        case (.open, .close(let code)):
            state = .closed
            guard code.map(Self.isLegal) ?? true else { return .close(.protocolError, hangsUp: true) }
            return .echo(code: code)
        case (.open, .illegal):
            state = .closed
            return .close(.protocolError, hangsUp: true)
        }
    }

    /// The decoder refused what came in.
    mutating func refuse(tooLarge: Bool) -> Action {
        guard state != .closed else { return .nothing }
        state = .closed
        return .close(tooLarge ? .tooLarge : .protocolError, hangsUp: true)
    }

    /// Time for a sign of life has passed.
    mutating func check() -> Action {
        guard state == .open else {
            state = .closed
            return .drop
        }
        guard unanswered < Self.patience else {
            state = .closed
            return .drop
        }
        unanswered += 1
        return .ping
    }

    /// The other side does not read what it is sent.
    mutating func overflow() -> Action {
        guard state == .open else { return .nothing }
        state = .closed
        return .close(.policyViolation, hangsUp: true)
    }

    /// The server stops.
    mutating func shutDown() -> Action {
        guard state == .open else { return .nothing }
        state = .closing
        return .close(.goingAway, hangsUp: false)
    }

    /// Codes that may stand in a frame.
    private static func isLegal(_ code: Int) -> Bool {
        (1000...1014).contains(code) && ![1004, 1005, 1006].contains(code) || (3000...4999).contains(code)
    }
}
