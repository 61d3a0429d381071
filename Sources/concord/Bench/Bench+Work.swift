import Foundation
import JobQueue
import PrivateServers
import RedisClient

extension Bench {
    /// Jobs wait; then one worker process runs them.
    func drain(
        _ scenario: BenchScenario,
        variant: String? = nil,
        retention: Duration = .seconds(3600),
        workers: Int = 1
    ) async throws -> BenchRow {
        try await producer(retention: retention).bulk(jobs)
        // The append-only file of the enqueueing is on its way to the disk.
        try await Task.sleep(for: .milliseconds(1200))
        let before = try await usage()
        var running: [ChildProcess] = []
        for _ in 0..<workers { running.append(try await startWorker()) }
        let reading = try await reading(of: jobs)
        try await waitUntilSettled(jobs)
        var row = try await row(scenario, variant: variant, jobs: jobs, seconds: reading.seconds, since: before)
        row.workerMebibytes = running.first.flatMap { Self.residentMebibytes($0.pid) }
        for worker in running { _ = await worker.terminate() }
        return row
    }

    func both() async throws -> BenchRow {
        let worker = try await startWorker()
        let warm = try await warmUp()
        let before = try await usage()
        let began = Self.nanoseconds()
        try await producer().bulk(jobs)
        let reading = try await reading(of: warm + jobs)
        let row = try await row(.both, jobs: jobs, seconds: Double(reading.last - began) / 1e9, since: before)
        _ = await worker.terminate()
        return row
    }

    /// The pick-up of single jobs by an idle worker.
    func latency(_ scenario: BenchScenario, variant: String? = nil, samples: Int = 500) async throws -> BenchRow {
        let worker = try await startWorker()
        let warm = try await warmUp()
        try await producer().timed(samples)
        _ = try await reading(of: warm + samples)
        _ = await worker.terminate()
        var row = row(scenario, variant: variant, jobs: samples)
        row.setLatencies(try ProbeReading.latencies(folder: folder))
        return row
    }

    func flows(_ scenario: BenchScenario, isFan: Bool) async throws -> BenchRow {
        let count = isFan ? 50 : 200
        let worker = try await startWorker()
        _ = try await warmUp()
        let producer = producer()
        _ = try await producer.flows(5, isFan: isFan, notes: notes)
        let waits = try await producer.flows(count, isFan: isFan, notes: notes)
        _ = await worker.terminate()
        var row = row(scenario, jobs: count)
        row.setLatencies(waits)
        return row
    }

    /// Kills the worker in the middle of its jobs, and starts another.
    func crash() async throws -> BenchRow {
        let count = 1000
        let first = try await startWorker(concurrency: 10)
        _ = try await warmUp()
        try await producer().bulk(count, action: "work")
        while try await notes.send(RedisCommand("LLEN", "exec")).integer ?? 0 < count * 8 / 10 {
            try await Task.sleep(for: .milliseconds(2))
        }
        let killed = Self.nanoseconds()
        _ = await first.kill()
        let before = try await executions()
        let second = try await startWorker(concurrency: 10)
        let deadline = ContinuousClock.now + .seconds(120)
        while try await executions().ended.count < count, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        // Whatever would run once more has had the time for it.
        try await Task.sleep(for: .seconds(3))
        let after = try await executions()
        _ = await second.terminate()
        let inFlight = before.started.subtracting(before.ended.keys)
        var row = row(.crash, jobs: count)
        row.lost = count - after.ended.count
        row.doubled = after.ended.values.count { $0.times > 1 }
        row.recoveredSeconds = inFlight.compactMap { after.ended[$0] }.map { Double($0.last - killed) / 1e9 }.max()
        return row
    }

    private struct Executions {
        var started: Set<Int> = []
        var ended: [Int: (times: Int, last: Int)] = [:]
    }

    /// What the jobs have told of their beginnings and ends.
    private func executions() async throws -> Executions {
        var executions = Executions()
        for line in try await notes.send(RedisCommand("LRANGE", "exec", "0", "-1")).elements {
            let words = line.string?.split(separator: " ") ?? []
            guard words.count == 4, let id = Int(words[1]), let time = Int(words[2]) else { continue }
            if words[0] == "s" {
                executions.started.insert(id)
            } else {
                executions.ended[id] = ((executions.ended[id]?.times ?? 0) + 1, time)
            }
        }
        return executions
    }

    /// Bytes of Redis for a waiting and for a running job.
    func memory() async throws -> BenchRow {
        let count = min(jobs, 20_000)
        let payload = producer().job("hold", 0).input.count
        let empty = try await usedMemory()
        try await producer().bulk(count, action: "hold")
        let waiting = try await usedMemory()
        let worker = try await startWorker(concurrency: count)
        _ = try await reading(of: count)
        let running = try await usedMemory()
        var row = row(.memory, jobs: count)
        row.overheadBytesPerWaitingJob = Double(waiting - empty) / Double(count) - Double(payload)
        row.overheadBytesPerRunningJob = Double(running - empty) / Double(count) - Double(payload)
        row.workerMebibytes = Self.residentMebibytes(worker.pid)
        // It holds all of them, and handing each back is not what is measured.
        _ = await worker.kill()
        return row
    }

    /// Waits until so many outcomes are recorded.
    private func waitUntilSettled(_ count: Int) async throws {
        let key = "\(queue.partitions.bases[0]):stats:\(Self.queueName)"
        while try await control.send(RedisCommand("HGET", key, "completed")).integer ?? 0 < count {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
