import Synchronization

/// The libraries being loaded, so that a thousand calls which all miss a function load its library once.
final class LibraryLoads: Sendable {
    typealias Waiter = UnsafeContinuation<Result<Void, RedisError>, Never>

    private struct State {
        var waiters: [String: [UInt64: Waiter]] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    /// A number for a new waiter.
    func makeID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    /// Waits for the end of a library's load; returns whether the caller is the first and must start it.
    func join(_ library: String, id: UInt64, waiter: Waiter) -> Bool {
        state.withLock { state in
            let isFirst = state.waiters[library] == nil
            state.waiters[library, default: [:]][id] = waiter
            return isFirst
        }
    }

    /// Stops waiting; the load goes on for the others.
    func leave(_ library: String, id: UInt64) {
        let waiter = state.withLock { $0.waiters[library]?.removeValue(forKey: id) }
        waiter?.resume(returning: .failure(.cancelled))
    }

    /// The load ended.
    func finish(_ library: String, with result: Result<Void, RedisError>) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: library) }
        for waiter in (waiters ?? [:]).values { waiter.resume(returning: result) }
    }
}
