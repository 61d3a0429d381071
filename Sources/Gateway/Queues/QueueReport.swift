package import JobQueue

/// What the API answers about a queue.
package struct QueueReport: Encodable {
    let queue: QueueName
    let paused: Bool
    /// Jobs that are ready, in all and by lane.
    let ready: Int
    let lanes: [String: Int]
    let running: Int
    let delayed: Int
    @ExplicitNull var oldestReadyAt: Timestamp?
    /// Counts since the namespace began, by what happened.
    let counters: [String: Int]

    enum CodingKeys: String, CodingKey {
        case queue, paused, ready, lanes, running, delayed, counters
        case oldestReadyAt = "oldest_ready_at"
    }

    /// What the API says of a queue's depth.
    package init(_ depth: QueueDepth) {
        queue = depth.queue
        paused = depth.isPaused
        ready = depth.ready
        lanes = ["high": depth.readyHigh, "normal": depth.readyNormal, "low": depth.readyLow]
        running = depth.running
        delayed = depth.delayed
        oldestReadyAt = Timestamp(depth.oldestReadyMilliseconds)
        counters = depth.counters
    }
}
