#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
public import Logging
import NIOCore
import NIOPosix
import RedisClient
public import ServiceLifecycle
import Synchronization

/// A worker process: claims jobs of one queue, runs their actions, records the outcomes.
///
/// On graceful shutdown it stops claiming, lets running actions finish within the grace period, cancels the rest and
/// hands their jobs back without a penalty; `run()` returns when every outcome is recorded.
public final class Worker: Service, Sendable {
    /// How a worker is doing.
    public struct Status: Sendable {
        /// Whether it fetches jobs, or needs none because all its slots are taken.
        public var isReady: Bool
        /// Why it is not ready.
        public var reason: String?
        /// Jobs whose action runs now.
        public var running: Int
        /// Outcomes recorded since the start.
        public var settled: Int
    }

    /// Its identity, new for every instance, so that a restarted process never passes for its predecessor.
    public let id: String
    /// The configuration that it was made with.
    public let configuration: WorkerConfiguration
    /// The actions that it knows, in alphabetical order.
    public let actionNames: [String]

    private let queue: JobQueue
    private let actions: [String: ErasedAction]
    private let running: RunningJobs
    private let logger: Logger
    private let startedAt = Int(Date().timeIntervalSince1970)
    private let state = Mutex<State>(.idle)

    private enum State {
        case idle
        case running([PartitionConsumer])
        case ended
    }

    /// A worker for the actions of one queue; of two actions with one name, the last counts.
    public convenience init(
        configuration: WorkerConfiguration,
        actions: [any Action],
        on queue: JobQueue,
        logger: Logger
    ) {
        self.init(configuration: configuration, erased: actions.map { ErasedAction($0) }, on: queue, logger: logger)
    }

    package init(
        configuration: WorkerConfiguration,
        erased actions: [ErasedAction],
        on queue: JobQueue,
        logger: Logger
    ) {
        id = "\(configuration.queue)-" + String(UInt64.random(in: .min ... .max), radix: 36)
        self.configuration = configuration
        self.actions = Dictionary(actions.map { ($0.name, $0) }) { _, last in last }
        actionNames = self.actions.keys.sorted()
        self.queue = queue
        running = RunningJobs(limit: configuration.concurrency)
        var logger = logger
        logger[metadataKey: "worker.id"] = "\(id)"
        self.logger = logger
    }

    /// How it is doing now.
    public var status: Status {
        let consumers: [PartitionConsumer]
        switch state.withLock({ $0 }) {
        case .idle: return Status(isReady: false, reason: "starting", running: 0, settled: 0)
        case .ended: return Status(isReady: false, reason: "stopped", running: 0, settled: running.settledCount)
        case .running(let active): consumers = active
        }
        let oldest = consumers.map(\.lastFetch).min() ?? .now
        let silence = ContinuousClock.now - oldest
        let isReady = silence < configuration.stallLimit || running.isFull
        return Status(
            isReady: isReady,
            reason: isReady ? nil : "no successful fetch for \(silence.components.seconds) s",
            running: running.activeCount,
            settled: running.settledCount
        )
    }

    /// Works until the graceful shutdown or the cancellation of its task; cancellation skips the grace period.
    ///
    /// - Throws: ``JobQueueError`` when the number of partitions differs from the one on record. While Redis cannot be
    ///   reached, it waits.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.start() }
        } catch  where Task.isShuttingDownGracefully {
            return state.withLock { $0 = .ended }  // Told to stop before Redis was there.
        }
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let executor = EventLoopTaskExecutor(eventLoop)
        let redis = RedisClient(configuration: queue.redisConfiguration, eventLoop: eventLoop, logger: logger)
        var bells: [RedisClient] = []
        var consumers: [PartitionConsumer] = []
        var heartbeats: [Heartbeat] = []
        for (index, base) in queue.partitions.bases.enumerated() {
            let partition = PartitionClient(base: base, redis: redis, functions: queue.functions)
            let waiting = RedisClient(configuration: queue.redisConfiguration, eventLoop: eventLoop, logger: logger)
            bells.append(waiting)
            consumers.append(consumer(index, partition, waiting))
            heartbeats.append(
                Heartbeat(
                    index: index,
                    partition: partition,
                    queue: configuration.queue,
                    process: id,
                    lease: queue.configuration.lease,
                    running: running,
                    logger: logger
                )
            )
        }
        let active = consumers
        state.withLock { $0 = .running(active) }
        logger.info(
            "worker started",
            metadata: ["queue": "\(configuration.queue)", "concurrency": "\(configuration.concurrency)"]
        )
        // These tasks are not children: a cancelled child could not record the last outcomes.
        let loops = active.map { consumer in Task(executorPreference: executor) { await consumer.run() } }
        let listeners = active.map { consumer in Task(executorPreference: executor) { await consumer.listen() } }
        let beats = heartbeats.map { heartbeat in
            Task(executorPreference: executor) { [self] in await keep(heartbeat, on: executor) }
        }
        let registration = Task(executorPreference: executor) { [self] in await self.registration(redis).keep() }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                for loop in loops { await loop.value }
            } onGracefulShutdown: { [self] in
                stop(active, after: configuration.gracePeriod)
            }
        } onCancel: { [self] in
            stop(active, after: .zero)
        }
        let helpers = listeners + beats + [registration]
        for task in helpers { task.cancel() }
        for task in helpers { await task.value }
        for heartbeat in heartbeats { await leave(heartbeat) }
        for client in bells + [redis] { await client.close() }
        state.withLock { $0 = .ended }
        logger.info("worker stopped", metadata: ["settled": "\(running.settledCount)"])
    }

    private func start() async throws {
        while true {
            do throws(JobQueueError) {
                try await queue.prepare()
                try await queue.createQueues([configuration.queue])
                return
            } catch {
                guard error.code == .unreachable else { throw error }
                logger.warning("waiting for Redis", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func consumer(_ index: Int, _ partition: PartitionClient, _ waiting: RedisClient) -> PartitionConsumer {
        PartitionConsumer(
            index: index,
            partition: partition,
            bell: Bell(redis: waiting, partition: partition, queue: configuration.queue, logger: logger),
            configuration: configuration,
            lease: queue.configuration.lease,
            process: id,
            running: running,
            runner: JobRunner(
                actions: actions,
                running: running,
                partition: partition,
                maximumResultBytes: queue.configuration.maximumPayloadBytes,
                logger: logger
            ),
            logger: logger
        )
    }

    private func registration(_ redis: RedisClient) -> ActionRegistration {
        ActionRegistration(
            partition: PartitionClient(base: queue.actionRegistry.base, redis: redis, functions: queue.functions),
            queue: configuration.queue,
            actions: actionNames.compactMap { actions[$0]?.description },
            logger: logger
        )
    }

    private func keep(_ heartbeat: Heartbeat, on executor: EventLoopTaskExecutor) async {
        let clock = ContinuousClock()
        var last: ContinuousClock.Instant?
        while !Task.isCancelled {
            if last.map({ heartbeat.isDue(after: clock.now - $0) }) ?? true {
                last = clock.now
                do throws(JobQueueError) {
                    try await heartbeat.beat(info: try info())
                } catch {
                    if !Task.isCancelled { logger.warning("a heartbeat failed", metadata: ["error": "\(error)"]) }
                }
            }
            do {
                try await executor.sleep(for: heartbeat.interval)
            } catch {
                return  // Cancelled: the worker has recorded its last outcome.
            }
        }
    }

    private func info() throws(JobQueueError) -> [UInt8] {
        let info = ProcessInfo(
            id: id,
            queue: configuration.queue,
            host: HostName.current,
            pid: Int(getpid()),
            concurrency: configuration.concurrency,
            running: running.activeCount,
            settled: running.settledCount,
            startedAt: startedAt,
            actions: actionNames,
            version: ConcordVersion.current
        )
        do {
            return Array(try JSONCoding.encode(info))
        } catch {
            throw JobQueueError(.malformed, "the registry entry cannot be encoded: \(error)")
        }
    }

    /// Stops claiming at once and interrupts what still runs after `grace`; jobs whose actions do not return within two
    /// more seconds are handed back without them.
    private func stop(_ consumers: [PartitionConsumer], after grace: Duration) {
        for consumer in consumers { consumer.drain() }
        logger.info("worker is draining", metadata: ["running": "\(running.activeCount)"])
        Task { [running] in
            try? await Task.sleep(for: grace)
            running.interruptAll(.shutdown)
            try? await Task.sleep(for: .seconds(2))
            for consumer in consumers { consumer.abandon() }
        }
    }

    /// Leaves the registry, so that nobody counts on this process for the life of its entry.
    private func leave(_ heartbeat: Heartbeat) async {
        do {
            try await heartbeat.beat(info: [])
        } catch {
            logger.warning("could not leave the registry; the entry ends by itself", metadata: ["error": "\(error)"])
        }
    }
}
