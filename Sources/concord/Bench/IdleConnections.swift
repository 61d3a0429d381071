import JobModel
import JobQueue
import Logging
import RedisClient

/// Connections that wait for jobs as idle worker processes do.
struct IdleConnections {
    private let clients: [RedisClient]
    private let listeners: [Task<Void, Never>]
    private let heard: AsyncStream<Int>

    /// Opens them and has each wait on the bell of the benchmark's queue.
    init(count: Int, port: Int, base: String) async throws {
        let configuration = try RedisConfiguration(url: "redis://127.0.0.1:\(port)")
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let clients = (0..<count).map { _ in RedisClient(configuration: configuration, logger: logger) }
        let (heard, hear) = AsyncStream.makeStream(of: Int.self)
        var listeners: [Task<Void, Never>] = []
        let stream = "\(base):s:\(Bench.queueName):normal"
        for (number, client) in clients.enumerated() {
            // A part at a time: a socket's backlog is short.
            if number.isMultiple(of: 100) { _ = try await client.send(RedisCommand("PING")) }
            listeners.append(
                Task {
                    let wait = RedisCommand(
                        "XREADGROUP",
                        "GROUP",
                        "bell",
                        "b",
                        "COUNT",
                        "1",
                        "BLOCK",
                        "1000",
                        "NOACK",
                        "STREAMS",
                        stream,
                        ">"
                    )
                    while !Task.isCancelled {
                        let reply = try? await client.send(wait, timeout: .seconds(30))
                        if reply?.isNull == false { hear.yield(Bench.nanoseconds()) }
                    }
                }
            )
        }
        self.clients = clients
        self.listeners = listeners
        self.heard = heard
        // Until each has waited at least once.
        try await Task.sleep(for: .seconds(2))
    }

    /// Milliseconds from just before an enqueue to the wake-up of one of them.
    func pickUps(_ samples: Int, queue: JobQueue) async throws -> [Double] {
        var waits: [Double] = []
        var heard = heard.makeAsyncIterator()
        let producer = BenchProducer(queue: queue)
        for number in 0..<samples {
            let sent = Bench.nanoseconds()
            _ = try await queue.enqueue(producer.job("noop", number))
            guard let time = await heard.next() else { break }
            waits.append(Double(time - sent) / 1e6)
            try await Task.sleep(for: .milliseconds(5))
        }
        return waits
    }

    func close() async {
        for listener in listeners { listener.cancel() }
        for listener in listeners { await listener.value }
        for client in clients { await client.close() }
    }
}
