import Logging
import Synchronization

/// Lends sessions; opens them when they are needed, up to a limit, and keeps them.
final class ConnectionPool: Sendable {
    private typealias State = PoolState<PostgresConnection, Waiter>
    private typealias Waiter = CheckedContinuation<Result<PoolGrant<PostgresConnection>, PostgresError>, Never>

    private let configuration: PostgresConfiguration
    private let logger: Logger
    private let state: Mutex<State>

    init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Mutex(State(limit: configuration.maximumConnections, maximumWaiting: configuration.maximumWaiting))
    }

    /// How many sessions are open and free, and how many tasks wait.
    var status: PostgresPoolStatus {
        state.withLock { state in
            PostgresPoolStatus(open: state.openCount, idle: state.idle.count, waiting: state.waiting.count)
        }
    }

    /// Borrows a session; throws `poolTimeout` when none is to be had in time, `poolQueueFull` when too many wait.
    func acquire() async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + configuration.acquireTimeout
        while true {
            let grant: PoolGrant<PostgresConnection>
            switch state.withLock({ $0.acquire() }) {
            case .use(let connection): grant = .use(connection)
            case .open: grant = .open
            case .wait: grant = try await wait(until: deadline)
            case .refuse(let code):
                let summary = code == .closed ? "the client is closed" : "too many tasks wait for a session"
                throw PostgresError(code: code, operation: "acquire", summary: summary)
            }
            switch grant {
            case .use(let connection):
                if await connection.isUsable { return connection }
                // Ended by the server while it lay idle, by a restart for example.
                logger.debug("postgres session replaced", metadata: ["postgres.endpoint": "\(configuration.endpoint)"])
                await connection.close()
                hand(state.withLock { $0.giveUp() })
            case .open:
                return try await open(until: deadline)
            }
        }
    }

    /// Takes a session back: for the next task when it is sound, to be closed otherwise.
    func release(_ connection: PostgresConnection) async {
        if await connection.reset() {
            hand(state.withLock { $0.release(connection) })
        } else {
            logger.debug("postgres session discarded", metadata: ["postgres.endpoint": "\(configuration.endpoint)"])
            await connection.close()
            hand(state.withLock { $0.giveUp() })
        }
    }

    /// Closes the free sessions and turns the waiting tasks away; lent sessions are closed when they come back.
    func close() async {
        let (idle, waiters) = state.withLock { $0.close() }
        for waiter in waiters {
            waiter.resume(
                returning: .failure(PostgresError(code: .closed, operation: "acquire", summary: "the client is closed"))
            )
        }
        for connection in idle { await connection.close() }
    }

    /// Opens a session; tries again until the deadline while the server says that it is starting.
    private func open(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> PostgresConnection {
        var pause = Duration.milliseconds(20)
        while true {
            do {
                return try await PostgresConnection.open(configuration)
            } catch {
                let isOver = error.code != .serverUnavailable || ContinuousClock.now + pause >= deadline
                guard !isOver, (try? await Task.sleep(for: pause)) != nil else {
                    hand(state.withLock { $0.giveUp() })
                    throw error
                }
                pause = min(pause * 2, .milliseconds(500))
            }
        }
    }

    private func wait(
        until deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> PoolGrant<PostgresConnection> {
        let id = state.withLock { $0.nextID() }
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                // Cancelled as soon as the wait is over.
                guard (try? await Task.sleep(until: deadline)) != nil else { return }
                turnAway(id, .poolTimeout, "no session became free in time")
            }
            let outcome = await withTaskCancellationHandler {
                await withCheckedContinuation { enqueue(id, $0) }
            } onCancel: {
                turnAway(id, .cancelled, "the task was cancelled")
            }
            group.cancelAll()
            return outcome
        }
        return try outcome.get()
    }

    /// Adds the waiting task, unless a session has become free meanwhile or the task has been cancelled.
    private func enqueue(_ id: Int, _ waiter: Waiter) {
        let immediate: Result<PoolGrant<PostgresConnection>, PostgresError>? = state.withLock { state in
            switch state.acquire() {
            case .use(let connection): return .success(.use(connection))
            case .open: return .success(.open)
            case .refuse(let code):
                return .failure(PostgresError(code: code, operation: "acquire", summary: "no session is to be had"))
            case .wait:
                state.enqueue(id, waiter)
                return nil
            }
        }
        if let immediate {
            waiter.resume(returning: immediate)
        } else if Task.isCancelled {
            // The cancellation handler may have run before the task was enqueued.
            turnAway(id, .cancelled, "the task was cancelled")
        }
    }

    private func turnAway(_ id: Int, _ code: PostgresError.Code, _ summary: String) {
        let waiter = state.withLock { $0.remove(id) }
        waiter?.resume(returning: .failure(PostgresError(code: code, operation: "acquire", summary: summary)))
    }

    /// Passes a session, or the right to open one, on.
    private func hand(_ handover: State.Handover) {
        switch handover {
        case .grant(let waiter, let grant): waiter.resume(returning: .success(grant))
        case .close, .none: break  // A session that nobody holds any more ends with its last reference.
        }
    }
}
