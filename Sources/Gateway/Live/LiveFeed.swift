import JobModel
import JobQueue
import Logging
import NIOCore
import NIOWebSocket
import Orchestrator
import ServiceLifecycle
import Synchronization

/// Tells the listeners of `/ws` what changes: one message for all of a scope, at most ten a second, at least one.
///
/// What is sent is read and encoded once a tick and scope, however many listen; a listener costs its connection and one
/// write. While nobody listens, nothing is read.
final class LiveFeed: Service, Sendable {
    private let operations: Operations
    private let events: EventHub
    private let logger: Logger
    private let rooms = Mutex<[LiveScope: LiveRoom]>([:])
    private let arrivals = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// The shortest time between two messages to a listener.
    static let tick: Duration = .milliseconds(100)
    /// How many scopes are read at once.
    private static let parallelReads = 16

    init(operations: Operations, events: EventHub, logger: Logger) {
        self.operations = operations
        self.events = events
        self.logger = logger
    }

    /// How many listen.
    var count: Int { rooms.withLock { $0.values.reduce(0) { $0 + $1.listeners.count } } }

    /// Adds a listener; it gets its first message at once.
    func join(_ channel: any Channel, _ scope: LiveScope) {
        let (greeting, isFirst) = rooms.withLock { rooms in
            let isFirst = rooms.isEmpty
            rooms[scope, default: LiveRoom()].listeners[ObjectIdentifier(channel)] = channel
            return (rooms[scope]?.greeting, isFirst)
        }
        if let greeting { Self.send(greeting, to: channel) }
        if isFirst { arrivals.continuation.yield() }
    }

    /// Takes a listener out; doing it twice does nothing.
    func leave(_ channel: any Channel, _ scope: LiveScope) {
        rooms.withLock { rooms in
            guard rooms[scope]?.listeners.removeValue(forKey: ObjectIdentifier(channel)) != nil else { return }
            if rooms[scope]?.listeners.isEmpty == true { rooms[scope] = nil }
        }
    }

    /// Tells until the graceful shutdown; the listeners' connections are closed by the server.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.arrivals.stream {
                await withTaskGroup { group in
                    group.addTask { for await event in self.events.subscribe() { self.take(event) } }
                    await self.tellWhileHeard()
                    group.cancelAll()
                }
            }
        }
    }

    private func take(_ event: JobEvent) {
        rooms.withLock { rooms in
            rooms[.all]?.take(event)
            if let operation = event.operation { rooms[.operation(operation)]?.take(event) }
        }
    }

    private func tellWhileHeard() async {
        while !Task.isCancelled, rooms.withLock({ !$0.isEmpty }) {
            await tell()
            do {
                try await Task.sleep(for: Self.tick)
            } catch {
                return  // Cancelled: the server stops.
            }
        }
    }

    /// One tick: reads what is due, and sends it.
    private func tell() async {
        let now = ContinuousClock.now
        let due = rooms.withLock { rooms in
            let due = rooms.filter { $0.value.isDue(now) }.map { (scope: $0.key, isStale: $0.value.needsCounts(now)) }
            // What changes while the counts are read makes them stale again.
            for room in due { rooms[room.scope]?.isChanged = false }
            return due
        }
        await withTaskGroup(of: Void.self) { group in
            for (position, room) in due.enumerated() {
                if position >= Self.parallelReads { await group.next() }
                group.addTask { await self.tell(room.scope, now, readsCounts: room.isStale) }
            }
        }
    }

    private func tell(_ scope: LiveScope, _ now: ContinuousClock.Instant, readsCounts: Bool) async {
        var fresh: LiveCounts?
        do {
            if readsCounts { fresh = try await read(scope) }
            let at = Timestamp.now
            let (message, channels) = try rooms.withLock { rooms in
                guard var room = rooms[scope] else { return (ByteBuffer?.none, [any Channel]()) }
                if let fresh { room.counts = (fresh, now) }
                guard let counts = room.counts?.value else { return (nil, []) }
                let (events, omitted) = room.tell(now)
                room.greeting = try LiveMessage(scope, counts, at: at, events: [], omitted: 0).encoded
                rooms[scope] = room
                let message = LiveMessage(scope, counts, at: at, events: events, omitted: omitted)
                return (try message.encoded, Array(room.listeners.values))
            }
            guard let message else { return }
            for channel in channels { Self.send(message, to: channel) }
        } catch {
            rooms.withLock { $0[scope]?.isChanged = true }
            // Listeners hear nothing while Redis is gone; the next tick tries again.
            logger.debug("the listeners' counts could not be read", metadata: ["error": "\(error)"])
        }
    }

    private func read(_ scope: LiveScope) async throws -> LiveCounts {
        switch scope {
        case .all:
            async let active = operations.activeCount()
            async let escalations = operations.queue.openEscalationCount()
            return LiveCounts(activeOperations: try await active, escalations: try await escalations)
        case .operation(let id):
            let report = try await operations.report(id)
            let state = report.flatMap { OperationState(rawValue: $0.status) }
            return LiveCounts(
                activeOperations: state.map { $0.isTerminal ? 0 : 1 } ?? 0,
                escalations: report?.escalations.count ?? 0,
                status: report?.status
            )
        }
    }

    /// Sends a message to a client that reads, and ends the connection of one that does not.
    private static func send(_ message: ByteBuffer, to channel: any Channel) {
        if channel.isWritable {
            channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .text, data: message), promise: nil)
        } else {
            channel.pipeline.fireUserInboundEventTriggered(LiveListener.Overflow())
        }
    }
}
