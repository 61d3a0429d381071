import Foundation
import JobModel
import JobQueue
import NIOCore
import NIOPosix
import PrivateServers
import RedisClient

extension Bench {
    /// A drain with more and more worker processes.
    func processes() async throws -> [BenchRow] {
        var rows: [BenchRow] = []
        for count in [1, 2, 4] {
            try await reset()
            rows.append(
                try await drain(.processes, variant: count == 1 ? "1 process" : "\(count) processes", workers: count)
            )
        }
        return rows
    }

    /// What it costs that connections wait for jobs, and whether a job is picked up as fast beside them.
    func idle() async throws -> [BenchRow] {
        var rows: [BenchRow] = []
        for count in [1, 100, 1000, 10_000] {
            try await reset()
            let waiting = try await IdleConnections(count: count, port: redis.port, base: queue.partitions.bases[0])
            let before = try await usage()
            let seconds = 5.0
            try await Task.sleep(for: .seconds(seconds))
            let spent = try await usage() - before
            var row = row(.idle, variant: "\(count) waiting", jobs: 0)
            row.redisShareIdle = spent.processorSeconds / seconds
            row.setLatencies(try await waiting.pickUps(100, queue: queue))
            await waiting.close()
            rows.append(row)
        }
        return rows
    }

    /// Whether a job costs the same however many wait.
    func growth() async throws -> [BenchRow] {
        var rows: [BenchRow] = []
        let probe = 20_000
        for waiting in [1000, 100_000, 1_000_000, 5_000_000] where waiting <= jobs * 50 {
            try await reset()
            try await producer(retention: .zero).bulk(waiting)
            let before = try await usage()
            let began = Self.nanoseconds()
            try await producer(retention: .zero).bulk(probe)
            var row = try await row(
                .growth,
                variant: "enqueue, \(waiting) waiting",
                jobs: probe,
                seconds: Self.seconds(since: began),
                since: before
            )
            row.overheadBytesPerWaitingJob =
                Double(try await usedMemory()) / Double(waiting + probe) - Double(producer().job("noop", 0).input.count)
            rows.append(row)
            let drainedBefore = try await usage()
            let worker = try await startWorker()
            let first = try await reading(of: 1)
            let reading = try await reading(of: probe)
            let seconds = max(0.001, Double(reading.last - first.first) / 1e9)
            rows.append(
                try await self.row(
                    .growth,
                    variant: "drain, \(waiting) waiting",
                    jobs: reading.count,
                    seconds: seconds,
                    since: drainedBefore
                )
            )
            _ = await worker.kill()
        }
        return rows
    }

    /// Enqueue, drain and pick-up through a proxy that makes every round trip longer.
    func delays() async throws -> [BenchRow] {
        var rows: [BenchRow] = []
        for milliseconds in [0, 1, 2] {
            let proxy = try await DelayProxy(to: redis.port, roundTrip: .milliseconds(Int64(milliseconds)))
            let far = try JobQueue(
                configuration: JobQueueConfiguration(
                    redisURL: "redis://127.0.0.1:\(proxy.port)",
                    namespace: Self.namespace
                ),
                logger: queue.logger
            )
            let label = "\(milliseconds) ms"
            for (name, body) in [
                ("single", { try await BenchProducer(queue: far).single(1000) }),
                ("bulk", { try await BenchProducer(queue: far).bulk(jobs) }),
            ] as [(String, () async throws -> Void)] {
                try await reset()
                try await far.prepare()
                let before = try await usage()
                let began = Self.nanoseconds()
                try await body()
                let seconds = Self.seconds(since: began)
                let count = name == "bulk" ? jobs : 1000
                rows.append(
                    try await row(
                        .delay,
                        variant: "enqueue \(name), \(label)",
                        jobs: count,
                        seconds: seconds,
                        since: before
                    )
                )
            }
            let before = try await usage()
            let worker = try await startWorker(port: proxy.port)
            let reading = try await reading(of: jobs)
            rows.append(
                try await row(.delay, variant: "drain, \(label)", jobs: jobs, seconds: reading.seconds, since: before)
            )
            try await Task.sleep(for: .milliseconds(1500))
            try await BenchProducer(queue: far).timed(200)
            _ = try await self.reading(of: jobs + 200)
            var waits = row(.delay, variant: "latency, \(label)", jobs: 200)
            waits.setLatencies(try ProbeReading.latencies(folder: folder))
            rows.append(waits)
            _ = await worker.terminate()
            await far.close()
            try await proxy.close()
        }
        return rows
    }

    /// Empties Redis and the probes, for the next variant.
    private func reset() async throws {
        _ = try await control.send(RedisCommand("FLUSHALL"), timeout: .seconds(120))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        try await queue.prepare()
        try await queue.createQueues([Self.queueName])
    }
}
