import JobModel
package import JobQueue
package import Logging
package import Orchestrator
import PostgresClient
import RedisClient
import ServiceLifecycle
import Synchronization

/// Follows what happens to operations and writes it into the history.
///
/// The source is the timeline of each operation, which Redis keeps whole for as long as the operation's records live: a
/// week after its end. Events wake the follower; what it writes follows from the timelines and from how far the history
/// says it has come, so that nothing is lost or told twice when a historian was away for less than that, died half-way, or
/// is one of several.
package final class HistoryFollower: Service, Sendable {
    private let operations: Operations
    private let log: HistoryLog
    private let events: EventHub
    private let logger: Logger
    /// Operations to read next, in the order in which they were noticed.
    private let pending = Mutex(NoticedOperations())
    private let interval: Duration

    /// The most operations that one transaction covers.
    private static let batch = 50
    /// For how many milliseconds from its beginning an operation is looked at by every sweep.
    private static let youth = 600_000
    /// Every so many sweeps, all operations are looked at: an event can be missed, and the end of a long one with it.
    private static let sweepsBetweenWhole = 30

    /// A follower of the operations of a queue; `events` runs beside it, `interval` is how often all that is open is read.
    package init(
        operations: Operations,
        log: HistoryLog,
        events: EventHub,
        interval: Duration = .seconds(10),
        logger: Logger
    ) {
        self.operations = operations
        self.log = log
        self.events = events
        self.interval = interval
        self.logger = logger
    }

    /// Follows until the graceful shutdown or the cancellation of its task.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        let stream = events.subscribe()
        let wakes = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup { group in
            group.addTask {
                for await event in stream {
                    guard let flow = event.flow, flow.rawValue.hasPrefix("op-") else { continue }
                    self.pending.withLock { $0.notice(flow) }
                    wakes.continuation.yield(false)
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    wakes.continuation.yield(true)
                    guard await self.pause(self.interval) else { break }
                }
                wakes.continuation.finish()
            }
            var lastSweep: ContinuousClock.Instant?
            var sweeps = 0
            for await _ in wakes.stream {
                let isDue = lastSweep.map { .now - $0 >= interval } ?? true
                do {
                    try await drain()
                    if isDue {
                        try await sweep(everything: sweeps.isMultiple(of: Self.sweepsBetweenWhole))
                        lastSweep = .now
                        sweeps += 1
                    }
                } catch {
                    guard !Task.isCancelled else { break }
                    logger.warning("recording the history failed and is tried again", metadata: ["error": "\(error)"])
                    guard await pause(.seconds(1)) else { break }
                    wakes.continuation.yield(false)
                }
            }
            group.cancelAll()
        }
    }

    /// Whether the pause was not cut short.
    private func pause(_ duration: Duration) async -> Bool { (try? await Task.sleep(for: duration)) != nil }

    /// Records what has been noticed.
    private func drain() async throws {
        while true {
            try Task.checkCancellation()
            let next = pending.withLock { $0.take(Self.batch) }
            guard !next.isEmpty else { return }
            do {
                try await recordEach(next)
            } catch {
                pending.withLock { $0.putBack(next) }
                throw error
            }
        }
    }

    /// Records everything that is not recorded yet, once: what a command or a test waits for.
    package func catchUp() async throws {
        try await drain()
        try await sweep(everything: true)
    }

    /// Looks at every operation on record, or at those that are open or young.
    private func sweep(everything: Bool) async throws {
        for partition in operations.queue.allPartitions {
            var ids: [JobID] = []
            if everything {
                ids = try await partition.send(RedisCommand("ZRANGE", "\(partition.base):operations", "0", "-1"))
                    .elements.compactMap { $0.string.map(JobID.init(trusted:)) }
            } else {
                let open = try await partition.send(RedisCommand("SMEMBERS", "\(partition.base):operations:open"))
                let now = try await operations.queue.serverMilliseconds(partition)
                let young = try await partition.send(
                    RedisCommand(
                        "ZRANGEBYSCORE",
                        "\(partition.base):operations",
                        String(now - Self.youth),
                        "+inf"
                    )
                )
                ids = Set(open.elements.compactMap(\.string) + young.elements.compactMap(\.string)).sorted()
                    .map(JobID.init(trusted:))
            }
            for start in stride(from: 0, to: ids.count, by: Self.batch) {
                try Task.checkCancellation()
                try await recordNews(of: Array(ids[start..<min(ids.count, start + Self.batch)]), in: partition)
            }
        }
    }

    /// Passes over the operations whose last event is recorded.
    private func recordNews(of ids: [JobID], in partition: PartitionClient) async throws {
        let known = try await log.progress(of: ids.map(\.rawValue))
        let commands = ids.map { RedisCommand("XREVRANGE", "\(partition.base):t:\($0)", "+", "-", "COUNT", "1") }
        var news: [JobID] = []
        for (id, reply) in zip(ids, await partition.redis.pipeline(commands)) {
            switch reply {
            case .success(let reply):
                guard let last = reply[0][0].string else { continue }
                // Recorded places have a position within the entry behind the entry's id.
                let isKnown = known[id.rawValue].map { $0.lastEvent.prefix { $0 != "." } == last[...] } ?? false
                if !isKnown { news.append(id) }
            case .failure(let error): throw JobQueueError(error)
            }
        }
        news = pending.withLock { $0.withoutSetAside(news) }
        if !news.isEmpty { try await recordEach(news) }
    }

    /// Records the news of operations; one that cannot be told is set aside until the next start, and holds up no other.
    private func recordEach(_ ids: [JobID]) async throws {
        do {
            try await record(ids)
        } catch  where !Self.isOutage(error) {
            for id in ids {
                do {
                    try await record([id])
                } catch  where !Self.isOutage(error) {
                    pending.withLock { $0.setAside(id) }
                    logger.error(
                        "an operation cannot be written into the history and is set aside until the next start",
                        metadata: ["operation.id": "\(id)", "error": "\(error)"]
                    )
                }
            }
        }
    }

    /// Whether a failure says nothing of the operation: a server is away or the task is cancelled, so all wait.
    private static func isOutage(_ error: any Error) -> Bool {
        if let error = error as? JobQueueError { return error.code != .malformed }
        return error is PostgresError || error is RedisError || error is CancellationError
    }

    /// Records the news of operations in one transaction for each round of their events.
    private func record(_ ids: [JobID]) async throws {
        let composer = HistoryComposer(operations: operations)
        var progress = try await log.progress(of: ids.map(\.rawValue))
        var open = ids
        while !open.isEmpty {
            var notes: [HistoryNote] = []
            var changed: [HistoryLog.Progress] = []
            var unfinished: [JobID] = []
            for id in open {
                let limit = 500
                let after = progress[id.rawValue]?.lastEvent
                let events = try await operations.events(id, after: after, limit: limit)
                guard let last = events.last else { continue }
                notes += try await composer.notes(of: id, events)
                let hasEnded = events.last { $0.subject == id.rawValue && $0.state != "settled" }
                    .flatMap { OperationState(rawValue: $0.state) }?.isTerminal
                let place = HistoryLog.Progress(
                    operation: id.rawValue,
                    lastEvent: last.id,
                    isClosed: hasEnded ?? progress[id.rawValue]?.isClosed ?? false
                )
                progress[id.rawValue] = place
                changed.append(place)
                if events.count == limit { unfinished.append(id) }
            }
            guard !changed.isEmpty else { return }
            let written = try await log.append(notes, progress: changed)
            logger.debug("history recorded", metadata: ["entries": "\(written.count)"])
            open = unfinished
        }
    }
}
