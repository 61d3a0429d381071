import DequeModule

/// What a waiting task is woken with: a session, or the right to open one.
enum PoolGrant<Connection> {
    case use(Connection)
    case open
}

extension PoolGrant: Sendable where Connection: Sendable {}

/// Which sessions are open, which are free, and who waits for one.
///
/// A session counts from the moment a task is told to open it until it is given up, so that there are never more than
/// `limit`. A free session goes to the task that has waited longest; a given-up one passes the right to open another.
struct PoolState<Connection, Waiter> {
    /// What a task that asks for a session gets.
    enum Acquisition {
        case use(Connection)
        case open
        case wait
        case refuse(PostgresError.Code)
    }

    /// What to do with a session or a right that came back.
    enum Handover {
        case grant(Waiter, PoolGrant<Connection>)
        case close(Connection)
        case none
    }

    let limit: Int
    let maximumWaiting: Int
    private(set) var openCount = 0
    private(set) var idle: [Connection] = []
    private(set) var waiting: Deque<(id: Int, waiter: Waiter)> = []
    private(set) var isClosed = false
    private var lastID = 0

    init(limit: Int, maximumWaiting: Int) {
        self.limit = max(1, limit)
        self.maximumWaiting = maximumWaiting
    }

    /// Asks for a session; the one used last is the one most likely alive.
    mutating func acquire() -> Acquisition {
        if isClosed { return .refuse(.closed) }
        if let connection = idle.popLast() { return .use(connection) }
        if openCount < limit {
            openCount += 1
            return .open
        }
        return waiting.count < maximumWaiting ? .wait : .refuse(.poolQueueFull)
    }

    /// A number for a task that is about to wait.
    mutating func nextID() -> Int {
        lastID += 1
        return lastID
    }

    /// Adds a waiting task.
    mutating func enqueue(_ id: Int, _ waiter: Waiter) {
        waiting.append((id, waiter))
    }

    /// Takes a waiting task out; nil when it has been woken already.
    mutating func remove(_ id: Int) -> Waiter? {
        waiting.firstIndex { $0.id == id }.map { waiting.remove(at: $0).waiter }
    }

    /// Takes a sound session back.
    mutating func release(_ connection: Connection) -> Handover {
        if isClosed {
            openCount -= 1
            return .close(connection)
        }
        if let next = waiting.popFirst() { return .grant(next.waiter, .use(connection)) }
        idle.append(connection)
        return .none
    }

    /// Takes note that a session was given up or could not be opened.
    mutating func giveUp() -> Handover {
        if !isClosed, let next = waiting.popFirst() { return .grant(next.waiter, .open) }
        openCount -= 1
        return .none
    }

    /// Closes the pool: returns the free sessions and the tasks to turn away.
    mutating func close() -> (idle: [Connection], waiters: [Waiter]) {
        isClosed = true
        defer {
            openCount -= idle.count
            idle = []
            waiting = []
        }
        return (idle, waiting.map(\.waiter))
    }
}
