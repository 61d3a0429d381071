import JobQueue
import RedisClient

/// What Redis keeps of a chain, so that an end that was cut off or added in PostgreSQL shows.
///
/// Before a historian commits entries, it writes down the end of the chain before and after; so the true end is always
/// one of the two, whenever the process dies. After the commit the new end is confirmed, and a chain that is shorter was cut.
package struct HistoryAnchor: Sendable, Hashable, Codable {
    /// The end before the newest entries.
    package var previous: ChainMark
    /// The end after them.
    package var next: ChainMark
    /// The largest sequence whose commit was seen.
    package var confirmed: Int
}

/// Reads and writes the anchor of a namespace's chain; each write is one command on one key.
struct HistoryAnchors: Sendable {
    let queue: JobQueue

    // The anchor belongs to no operation: one partition has it.
    private var partition: PartitionClient { queue.partition(0) }
    private var anchorKey: String { "\(partition.base):history:anchor" }
    private var confirmedKey: String { "\(partition.base):history:confirmed" }
    private var checkpointsKey: String { "\(partition.base):history:checkpoints" }

    /// The anchor; nil where Redis has none (any more).
    func read() async throws(JobQueueError) -> HistoryAnchor? {
        let reply = try await partition.send(RedisCommand("HMGET", anchorKey, "previous", "next"))
        guard let previous = reply[0].string.flatMap(Self.mark), let next = reply[1].string.flatMap(Self.mark) else {
            return nil
        }
        let confirmed = try await partition.send(RedisCommand("ZSCORE", confirmedKey, "head")).double ?? 0
        return HistoryAnchor(previous: previous, next: next, confirmed: Int(confirmed))
    }

    /// Writes down the end before and after the entries that are about to be committed.
    func announce(previous: ChainMark, next: ChainMark) async throws(JobQueueError) {
        _ = try await partition.send(
            RedisCommand("HSET", anchorKey, "previous", previous.description, "next", next.description)
        )
    }

    /// Confirms that an entry is committed; an earlier one that comes late changes nothing.
    func confirm(_ sequence: Int) async throws(JobQueueError) {
        _ = try await partition.send(RedisCommand("ZADD", confirmedKey, "GT", String(sequence), "head"))
    }

    /// Keeps the hash of a checkpoint.
    func keep(_ checkpoint: ChainMark) async throws(JobQueueError) {
        _ = try await partition.send(
            RedisCommand("HSET", checkpointsKey, String(checkpoint.sequence), checkpoint.hash)
        )
    }

    /// The hashes of all checkpoints.
    func checkpoints() async throws(JobQueueError) -> [ChainMark] {
        let words = try await partition.send(RedisCommand("HGETALL", checkpointsKey)).elements.compactMap(\.string)
        return stride(from: 0, to: words.count - 1, by: 2).compactMap { place in
            Int(words[place]).map { ChainMark(sequence: $0, hash: words[place + 1]) }
        }
    }

    /// Reads `SEQUENCE:HASH`, where the sequence may be 0 for the beginning.
    private static func mark(_ text: String) -> ChainMark? {
        let words = text.split(separator: ":")
        guard words.count == 2, let sequence = Int(words[0]) else { return nil }
        return ChainMark(sequence: sequence, hash: String(words[1]))
    }
}
