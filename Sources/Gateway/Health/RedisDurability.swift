import JobQueue
import RedisClient

/// What Redis promises now, read from the server itself.
struct RedisDurability: Encodable, Sendable {
    /// `always`, `everysec` or `no` with the append-only file on, `off` without; `unknown` where the server hides it.
    let appendFsync: String
    /// What the server does when its memory is full.
    let evictionPolicy: String
    /// Replicas that are connected.
    let replicas: Int
    /// Where that is weaker than what the queue is built on.
    let warnings: [String]

    enum CodingKeys: String, CodingKey {
        case replicas, warnings
        case appendFsync = "append_fsync"
        case evictionPolicy = "eviction_policy"
    }

    /// Asks the server of the first partition.
    init(of queue: JobQueue) async throws(JobQueueError) {
        let partition = queue.partition(0)
        let info = try await partition.send(RedisCommand("INFO", "replication", "memory", "persistence")).infoFields
        replicas = info["connected_slaves"].flatMap { Int($0) } ?? 0
        evictionPolicy = info["maxmemory_policy"].map(String.init) ?? "unknown"
        let isAppending = info["aof_enabled"].map { $0 == "1" }
        appendFsync = isAppending == true ? await Self.fsync(partition) : (isAppending == false ? "off" : "unknown")
        var warnings: [String] = []
        if appendFsync == "off" { warnings.append("appendonly is off: jobs do not survive the end of redis-server") }
        if appendFsync == "no" { warnings.append("appendfsync is no: a lost host can cost half a minute of jobs") }
        if evictionPolicy != "noeviction" {
            warnings.append("maxmemory-policy is \(evictionPolicy): a full Redis may drop jobs; set noeviction")
        }
        self.warnings = warnings
    }

    /// Managed servers refuse CONFIG; the answer is then `unknown`, which is no reason to be unhealthy.
    private static func fsync(_ partition: PartitionClient) async -> String {
        do {
            return try await partition.send(RedisCommand("CONFIG", "GET", "appendfsync"))[1].string ?? "unknown"
        } catch {
            return "unknown"
        }
    }
}
