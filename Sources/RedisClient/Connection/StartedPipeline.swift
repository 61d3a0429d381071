import Synchronization

/// Commands that were sent and whose replies are still to come.
package final class StartedPipeline: Sendable {
    private struct State {
        var results: [Result<RedisReply, RedisError>]
        var missing: Int
        var waiter: UnsafeContinuation<[Result<RedisReply, RedisError>], Never>?
    }

    private let state: Mutex<State>
    private let cancel: @Sendable () -> Void

    init(count: Int, cancel: @escaping @Sendable () -> Void) {
        self.cancel = cancel
        state = Mutex(State(results: Array(repeating: .success(.null), count: count), missing: count))
    }

    func complete(_ index: Int, with result: Result<RedisReply, RedisError>) {
        let ended = state.withLock { state -> (() -> Void)? in
            state.results[index] = result
            state.missing -= 1
            guard state.missing == 0, let waiter = state.waiter else { return nil }
            state.waiter = nil
            let results = state.results
            return { waiter.resume(returning: results) }
        }
        ended?()
    }

    /// Waits for all replies, which stand in the order of the commands; to be called once.
    ///
    /// Cancelling the task ends the wait at once: what is unwritten is not sent any more.
    package func replies() async -> [Result<RedisReply, RedisError>] {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let results = state.withLock { state -> [Result<RedisReply, RedisError>]? in
                    if state.missing == 0 { return state.results }
                    state.waiter = continuation
                    return nil
                }
                if let results { continuation.resume(returning: results) }
            }
        } onCancel: {
            cancel()
        }
    }
}
