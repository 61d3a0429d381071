public import Logging
import RedisClient
public import ServiceLifecycle
import Synchronization

/// Reads the events of all partitions over one blocked connection each, and hands them to whoever subscribed.
///
/// A subscriber that does not keep up loses the oldest events, never the newest: the stream tells that something has
/// changed, and the records tell what is.
public final class EventHub: Service, Sendable {
    fileprivate struct Subscriber {
        let subject: String?
        let continuation: AsyncStream<JobEvent>.Continuation
    }

    private let queue: JobQueue
    private let logger: Logger
    private let subscribers = Mutex<(next: Int, all: [Int: Subscriber])>((0, [:]))
    private static let buffered = 1024

    /// A hub for the events of a queue; it reads once ``run()`` has begun.
    public init(queue: JobQueue, logger: Logger) {
        self.queue = queue
        self.logger = logger
    }

    /// The events from now on; those of a subject and what belongs to it (`SUBJECT:…`) where one is named.
    public func subscribe(to subject: String? = nil) -> AsyncStream<JobEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: JobEvent.self,
            bufferingPolicy: .bufferingNewest(Self.buffered)
        )
        let key = subscribers.withLock { subscribers in
            subscribers.next += 1
            subscribers.all[subscribers.next] = Subscriber(subject: subject, continuation: continuation)
            return subscribers.next
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.subscribers.withLock { $0.all.removeValue(forKey: key) }
        }
        return stream
    }

    /// Reads until the graceful shutdown or the cancellation of its task; then every subscription ends.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                for partition in self.queue.partitions.bases.indices {
                    group.addTask { await self.follow(partition) }
                }
            }
        }
        let open = subscribers.withLock { subscribers in
            defer { subscribers.all = [:] }
            return subscribers.all.values.map(\.continuation)
        }
        for continuation in open { continuation.finish() }
    }

    private func follow(_ index: Int) async {
        let redis = RedisClient(configuration: queue.redisConfiguration, logger: logger)
        let stream = "\(queue.partitions.bases[index]):events"
        var last = "$"
        while !Task.isCancelled {
            do throws(RedisError) {
                if last == "$" { last = try await lastID(of: stream, redis) }
                let reply = try await redis.send(
                    RedisCommand("XREAD", "COUNT", "500", "BLOCK", "1000", "STREAMS", stream, last),
                    timeout: .seconds(3)
                )
                for entry in reply[0][1].elements {
                    guard let id = entry[0].string else { continue }
                    last = id
                    publish(JobEvent.all(in: entry[1], entry: id))
                }
            } catch {
                guard !Task.isCancelled else { break }
                logger.warning("reading events failed and is tried again", metadata: ["error": "\(error)"])
                do {
                    try await Task.sleep(for: .milliseconds(200))
                } catch {
                    break  // Cancelled.
                }
            }
        }
        await redis.close()
    }

    /// `$` would skip what is written between two blocked reads; the last id found once does not.
    private func lastID(of stream: String, _ redis: RedisClient) async throws(RedisError) -> String {
        let reply = try await redis.send(RedisCommand("XREVRANGE", stream, "+", "-", "COUNT", "1"))
        return reply[0][0].string ?? "0-0"
    }

    private func publish(_ events: [JobEvent]) {
        let all = subscribers.withLock { Array($0.all.values) }
        for subscriber in all {
            for event in events where subscriber.wants(event) { subscriber.continuation.yield(event) }
        }
    }
}

extension EventHub.Subscriber {
    fileprivate func wants(_ event: JobEvent) -> Bool {
        guard let subject else { return true }
        return event.subject == subject || event.flow?.rawValue == subject
    }
}
