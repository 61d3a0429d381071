package import JobQueue

/// What the API answers about a live worker process.
package struct WorkerReport: Encodable {
    let id: String
    let queue: QueueName
    let host: String
    let pid: Int
    let concurrency: Int
    let running: Int
    let settled: Int
    let startedAt: Timestamp
    let actions: [String]
    let version: String

    enum CodingKeys: String, CodingKey {
        case id, queue, host, pid, concurrency, running, settled, actions, version
        case startedAt = "started_at"
    }

    /// What the API says of an entry of the registry.
    package init(_ process: ProcessInfo) {
        id = process.id
        queue = process.queue
        host = process.host
        pid = process.pid
        concurrency = process.concurrency
        running = process.running
        settled = process.settled
        startedAt = Timestamp(process.startedAt * 1000)
        actions = process.actions
        version = process.version
    }
}
