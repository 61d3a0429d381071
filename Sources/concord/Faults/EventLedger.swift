import JobModel
import JobQueue
import Logging
import RedisClient
import Synchronization

/// Reads every event of a run and counts how often each job ended.
final class EventLedger: Sendable {
    private let queue: JobQueue
    private let redis: RedisClient?
    private let state = Mutex<(last: String, ends: [String: Int])>(("0-0", [:]))

    init(queue: JobQueue, redisURL: String, logger: Logger) {
        self.queue = queue
        redis = (try? RedisConfiguration(url: redisURL)).map { RedisClient(configuration: $0, logger: logger) }
    }

    /// Jobs of which more than one end was recorded.
    var doubles: [String] { state.withLock { $0.ends.filter { $0.value > 1 }.keys.sorted() } }

    /// Follows the stream until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            await catchUp()
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    /// Reads what has come since the last look.
    func catchUp() async {
        let stream = "\(queue.partitions.bases[0]):events"
        while let redis {
            let last = state.withLock { $0.last }
            // While Redis is down there is nothing to read; the next look continues at the same place.
            guard
                let reply = try? await redis.send(RedisCommand("XRANGE", stream, "(\(last)", "+", "COUNT", "500")),
                reply.count > 0
            else { return }
            state.withLock { state in
                for entry in reply.elements {
                    state.last = entry[0].string ?? state.last
                    for position in stride(from: 0, to: entry[1].count - 1, by: 2) {
                        let word = entry[1][position + 1].string?.prefix { $0 != " " }
                        guard let id = entry[1][position].string, let word else { continue }
                        if ["completed", "dead", "cancelled"].contains(word), !id.hasPrefix("op-") || id.contains(":") {
                            state.ends[id, default: 0] += 1
                        }
                    }
                }
            }
        }
    }
}
