import CLibpq
import Dispatch
import Synchronization

/// libpq's ticket for cancelling whatever a session runs, usable from any thread.
///
/// Unchecked Sendable: PQcancel is thread-safe, and nothing changes the ticket between its creation and its end.
final class CancelTicket: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Takes a ticket over.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Asks the server to cancel; blocks until the server has passed the request on or the attempt failed.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        // A failed attempt is not reported: the waiting side gives the session up when no end of the statement follows.
        _ = PQcancel(pointer, &message, Int32(message.count))
    }
}

/// The right to cancel one statement, and only that one.
///
/// States: waiting → running → finished; a cancellation before `running` keeps the statement from being sent. One
/// during `running` goes to the server, and `finish` waits for it: it could otherwise hit the session's next statement.
final class StatementToken: Sendable {
    /// Who cancelled.
    enum Reason: Sendable {
        case task
        case timeout
    }

    private struct State {
        var ticket: CancelTicket?
        var isFinished = false
        var reason: Reason?
        var requestedAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let requests = DispatchGroup()

    /// Starts the statement; false when it has been cancelled already.
    func start(_ ticket: CancelTicket?) -> Bool {
        state.withLock { state in
            guard state.reason == nil else { return false }
            state.ticket = ticket
            return true
        }
    }

    /// Cancels the statement, on the server if it runs there.
    func cancel(_ reason: Reason) {
        state.withLock { state in
            guard !state.isFinished, state.reason == nil else { return }
            state.reason = reason
            state.requestedAt = .now
            guard let ticket = state.ticket else { return }
            DispatchQueue.global().async(group: requests) { ticket.send() }
        }
    }

    /// Who cancelled the statement, nil when nobody did.
    var reason: Reason? { state.withLock { $0.reason } }

    /// When the statement was cancelled.
    var requestedAt: ContinuousClock.Instant? { state.withLock { $0.requestedAt } }

    /// Ends the statement; false when a request is still under way after five seconds, so that the session is not safe
    /// to use again.
    func finish() -> Bool {
        let wasRequested = state.withLock { state in
            state.isFinished = true
            return state.requestedAt != nil
        }
        return !wasRequested || requests.wait(timeout: .now() + .seconds(5)) == .success
    }
}
