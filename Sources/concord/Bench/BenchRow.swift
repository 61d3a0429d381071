import Foundation

/// The outcome of one scenario.
struct BenchRow: Codable {
    var scenario: String
    var persistence: String
    var jobs: Int
    /// Jobs a second; of `latency`, none.
    var jobsPerSecond: Double?
    /// The same commands sent by redis-benchmark in the same run, jobs a second.
    var redisBenchmarkPerSecond: Double?
    /// What redis-benchmark sent.
    var redisBenchmark: String?
    /// Concord's rate over redis-benchmark's.
    var ratio: Double?
    /// CPU time of redis-server, microseconds a job.
    var redisMicrosecondsPerJob: Double?
    /// Redis commands a job, those inside of functions counted.
    var commandsPerJob: Double?
    /// Redis memory above the payload, bytes a waiting job.
    var overheadBytesPerWaitingJob: Double?
    /// From just before the enqueue to the first line of the action, milliseconds.
    var p50Milliseconds: Double?
    var p99Milliseconds: Double?
    /// Resident memory of the worker process, MiB.
    var workerMebibytes: Double?
    /// Load of the machine beside this measurement is not ours to control: the lowest and highest rate of the repeats.
    var slowest: Double?
    var fastest: Double?

    enum CodingKeys: String, CodingKey {
        case scenario, persistence, jobs, ratio, slowest, fastest
        case jobsPerSecond = "jobs_per_second"
        case redisBenchmarkPerSecond = "redis_benchmark_per_second"
        case redisBenchmark = "redis_benchmark"
        case redisMicrosecondsPerJob = "redis_us_per_job"
        case commandsPerJob = "commands_per_job"
        case overheadBytesPerWaitingJob = "overhead_bytes_per_waiting_job"
        case p50Milliseconds = "p50_ms"
        case p99Milliseconds = "p99_ms"
        case workerMebibytes = "worker_mib"
    }

    /// The row with the middle rate (or latency), and the range of the others.
    static func median(of rows: [BenchRow]) -> BenchRow {
        let sorted = rows.sorted {
            ($0.jobsPerSecond ?? -($0.p50Milliseconds ?? 0)) < ($1.jobsPerSecond ?? -($1.p50Milliseconds ?? 0))
        }
        var row = sorted[sorted.count / 2]
        row.slowest = sorted.first?.jobsPerSecond
        row.fastest = sorted.last?.jobsPerSecond
        return row
    }

    /// For people.
    var line: String {
        func number(_ value: Double?, _ digits: Int = 0) -> String {
            guard let value else { return "-" }
            return value.formatted(.number.precision(.fractionLength(digits)).grouping(.automatic))
        }
        var parts = [scenario.padding(toLength: 15, withPad: " ", startingAt: 0), "AOF \(persistence)"]
        if let jobsPerSecond { parts.append("\(number(jobsPerSecond)) jobs/s") }
        if let redisBenchmark {
            parts.append(
                "redis-benchmark \(redisBenchmark): \(number(redisBenchmarkPerSecond))/s, ratio \(number(ratio, 2))"
            )
        }
        if let p50Milliseconds {
            parts.append("p50 \(number(p50Milliseconds, 3)) ms, p99 \(number(p99Milliseconds, 3)) ms")
        }
        if let redisMicrosecondsPerJob { parts.append("Redis \(number(redisMicrosecondsPerJob, 1)) µs/job") }
        if let commandsPerJob { parts.append("\(number(commandsPerJob, 1)) commands/job") }
        if let overheadBytesPerWaitingJob { parts.append("\(number(overheadBytesPerWaitingJob)) B/waiting job") }
        if let workerMebibytes { parts.append("worker \(number(workerMebibytes, 1)) MiB") }
        return parts.joined(separator: "  ")
    }
}
