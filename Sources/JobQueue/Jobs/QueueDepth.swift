import RedisClient

/// What waits and runs in one queue.
public struct QueueDepth: Sendable, Codable, Hashable {
    /// The queue.
    public var queue: QueueName
    /// Whether its hand-out is paused.
    public var isPaused: Bool
    /// Jobs that are ready, by lane; jobs cancelled while ready count until a claim passes them.
    public var readyHigh: Int
    /// As `readyHigh`, of the normal lane.
    public var readyNormal: Int
    /// As `readyHigh`, of the low lane.
    public var readyLow: Int
    /// Jobs handed out.
    public var running: Int
    /// Jobs that wait for their due time.
    public var delayed: Int
    /// Server time at which the oldest ready job became ready, milliseconds since 1970; `nil` when none is ready.
    public var oldestReadyMilliseconds: Int?
    /// Counts since the namespace began: `enqueued`, `completed`, `failed`, `dead`, `cancelled`, `escalated`, `recovered`….
    public var counters: [String: Int]

    /// All ready jobs.
    public var ready: Int { readyHigh + readyNormal + readyLow }

    init(reply: RedisReply) throws(JobQueueError) {
        guard let name = reply[0].string, let paused = reply[1].integer, let high = reply[2].integer,
            let normal = reply[3].integer, let low = reply[4].integer, let running = reply[5].integer,
            let delayed = reply[6].integer, let oldest = reply[7].integer
        else { throw JobQueueError(.malformed, "describe_queues answered a row of another form") }
        queue = QueueName(trusted: name)
        isPaused = paused == 1
        readyHigh = high
        readyNormal = normal
        readyLow = low
        self.running = running
        self.delayed = delayed
        oldestReadyMilliseconds = oldest < 0 ? nil : oldest
        counters = [:]
        let flat = reply[8].elements
        for i in stride(from: 0, to: flat.count - 1, by: 2) {
            if let key = flat[i].string { counters[key] = flat[i + 1].integer ?? 0 }
        }
    }

    func adding(_ other: QueueDepth) -> QueueDepth {
        var sum = self
        sum.isPaused = isPaused && other.isPaused
        sum.readyHigh += other.readyHigh
        sum.readyNormal += other.readyNormal
        sum.readyLow += other.readyLow
        sum.running += other.running
        sum.delayed += other.delayed
        sum.oldestReadyMilliseconds = [oldestReadyMilliseconds, other.oldestReadyMilliseconds].compactMap { $0 }.min()
        sum.counters.merge(other.counters, uniquingKeysWith: +)
        return sum
    }
}
