import Logging
import RedisClient

/// Waits on one blocked connection until a queue of a partition has something to hand out.
///
/// The read is in a consumer group of its own (`bell`, NOACK), so that each new entry wakes one process, and it takes
/// nothing: the claim that follows does. A wake-up that is lost with its process costs at most the longest wait.
struct Bell: Sendable {
    let redis: RedisClient
    let partition: PartitionClient
    let queue: QueueName
    let logger: Logger

    /// The longest wait, and so the longest delay after a wake-up that was lost.
    static let longestWait = 1000

    /// Waits at most `milliseconds`; `true` when a new entry woke it.
    ///
    /// - Throws: what the connection says; the streams' groups are made where they are missing.
    func wait(milliseconds: Int) async throws(JobQueueError) -> Bool {
        let wait = max(1, min(Self.longestWait, milliseconds))
        let streams =
            Lane.allCases.map { "\(partition.base):s:\(queue):\($0.rawValue)" } + ["\(partition.base):bell:\(queue)"]
        let command = RedisCommand(
            words: ["XREADGROUP", "GROUP", "bell", "b", "COUNT", "1", "BLOCK", String(wait), "NOACK", "STREAMS"]
                + streams
                + streams.map { _ in ">" }
        )
        do throws(RedisError) {
            // The server answers after the wait at the latest; silence for longer means a connection that is half open.
            return try await !redis.send(command, timeout: .milliseconds(wait + 2000)).isNull
        } catch {
            guard error.code == .noGroup || error.code == .unblocked else { throw JobQueueError(error) }
            logger.warning("a queue's streams are gone and are made again", metadata: ["queue": "\(queue)"])
            _ = try await partition.call("create_queue", [queue.rawValue])
            return true
        }
    }
}
