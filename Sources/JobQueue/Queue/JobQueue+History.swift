import RedisClient

extension JobQueue {
    /// What is still known of a partition's past: its newest events, and how many jobs have ended since the beginning.
    package struct PartitionHistory: Sendable {
        /// The events, oldest first.
        package var events: [JobEvent]
        /// The last stream entry that was read; empty when there was none.
        package var last: String
    }

    /// Events of a partition after a stream entry, oldest first; whole entries, so that reading goes on after `last`.
    ///
    /// An empty `entry` stands for the beginning of what is kept; `limit` counts entries, each of which has as many events
    /// as its function call made.
    package func history(
        of partition: PartitionClient,
        after entry: String,
        limit: Int
    ) async throws(JobQueueError) -> PartitionHistory {
        let start = entry.isEmpty ? "-" : "(" + entry
        let reply = try await partition.send(
            RedisCommand("XRANGE", "\(partition.base):events", start, "+", "COUNT", String(max(1, limit)))
        )
        var history = PartitionHistory(events: [], last: "")
        for entry in reply.elements {
            guard let id = entry[0].string else { continue }
            history.last = id
            history.events += JobEvent.all(in: entry[1], entry: id)
        }
        return history
    }

    /// How many jobs of a partition have completed, died or been cancelled since its beginning.
    package func endedCount(of partition: PartitionClient) async throws(JobQueueError) -> Int {
        var count = 0
        for row in try await partition.call("describe_queues", []).elements {
            let counters = try QueueDepth(reply: row).counters
            count += ["completed", "dead", "cancelled"].reduce(0) { $0 + (counters[$1] ?? 0) }
        }
        return count
    }

    /// How many dead letters a partition keeps.
    package func deadLetterCount(of partition: PartitionClient) async throws(JobQueueError) -> Int {
        try await partition.send(RedisCommand("ZCARD", "\(partition.base):dead")).integer ?? 0
    }
}
