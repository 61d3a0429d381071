import Foundation

/// The outcome of one scenario, or of one variant of it.
struct BenchRow: Codable, Sendable {
    var scenario: String
    /// What was varied, such as the added round trip.
    var variant: String?
    var persistence: String
    /// Jobs, commands, flows or samples.
    var jobs: Int
    /// How often it was run; the row is that of the middle rate or latency.
    var runs: Int?
    /// Jobs a second; of latencies, none.
    var jobsPerSecond: Double?
    /// The lowest and the highest rate, or the lowest and the highest p50, of the runs.
    var lowest: Double?
    var highest: Double?
    /// The same commands sent by redis-benchmark in the same run, jobs a second.
    var redisBenchmarkPerSecond: Double?
    /// What redis-benchmark sent.
    var redisBenchmark: String?
    /// The row's rate over redis-benchmark's.
    var ratio: Double?
    /// Processor time of redis-server, microseconds a job.
    var redisMicrosecondsPerJob: Double?
    /// Processor time of redis-server while nothing happens, of one second.
    var redisShareIdle: Double?
    /// Redis commands a job, those inside of functions counted.
    var commandsPerJob: Double?
    /// Redis memory above the payload, bytes a job.
    var overheadBytesPerWaitingJob: Double?
    var overheadBytesPerRunningJob: Double?
    var p50Milliseconds: Double?
    var p99Milliseconds: Double?
    /// Resident memory of the worker process, MiB.
    var workerMebibytes: Double?
    /// Resident memory of the HTTP server, MiB.
    var serverMebibytes: Double?
    /// Jobs that had not run two minutes after the crash.
    var lost: Int?
    /// Jobs that ended more than once.
    var doubled: Int?
    /// From the kill until the last job that ran at that moment had run again.
    var recoveredSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case scenario, variant, persistence, jobs, runs, lowest, highest, ratio, lost, doubled
        case jobsPerSecond = "jobs_per_second"
        case redisBenchmarkPerSecond = "redis_benchmark_per_second"
        case redisBenchmark = "redis_benchmark"
        case redisMicrosecondsPerJob = "redis_us_per_job"
        case redisShareIdle = "redis_idle_share"
        case commandsPerJob = "commands_per_job"
        case overheadBytesPerWaitingJob = "overhead_bytes_per_waiting_job"
        case overheadBytesPerRunningJob = "overhead_bytes_per_running_job"
        case p50Milliseconds = "p50_ms"
        case p99Milliseconds = "p99_ms"
        case workerMebibytes = "worker_mib"
        case serverMebibytes = "server_mib"
        case recoveredSeconds = "recovered_s"
    }

    /// Takes the percentiles of waits in milliseconds.
    mutating func setLatencies(_ waits: [Double]) {
        let sorted = waits.sorted()
        guard !sorted.isEmpty else { return }
        p50Milliseconds = sorted[sorted.count / 2]
        p99Milliseconds = sorted[sorted.count * 99 / 100]
    }

    /// What the row is compared by: a rate, a latency or a time.
    private var figure: Double { jobsPerSecond ?? p50Milliseconds ?? recoveredSeconds ?? 0 }

    /// The row with the middle figure, and the range of the others.
    static func median(of rows: [BenchRow]) -> BenchRow? {
        let sorted = rows.sorted { $0.figure < $1.figure }
        guard let first = sorted.first, let last = sorted.last else { return nil }
        var row = sorted[sorted.count / 2]
        row.runs = rows.count
        row.lowest = first.figure
        row.highest = last.figure
        // A loss in any run is a loss.
        if row.lost != nil { row.lost = rows.compactMap(\.lost).max() }
        if row.doubled != nil { row.doubled = rows.compactMap(\.doubled).max() }
        return row
    }

    /// For people.
    var line: String {
        func number(_ value: Double?, _ digits: Int = 0) -> String {
            guard let value else { return "-" }
            return value.formatted(.number.precision(.fractionLength(digits)).grouping(.automatic))
        }
        let name = [scenario, variant].compactMap(\.self).joined(separator: " ")
        var parts = [name.padding(toLength: max(name.count, 18), withPad: " ", startingAt: 0), "AOF \(persistence)"]
        let range =
            (runs ?? 1) > 1
            ? " (\(number(lowest, jobsPerSecond == nil ? 2 : 0)) to \(number(highest, jobsPerSecond == nil ? 2 : 0)))"
            : ""
        if let jobsPerSecond { parts.append("\(number(jobsPerSecond))/s\(range)") }
        if let p50Milliseconds {
            parts.append(
                "p50 \(number(p50Milliseconds, 2))\(jobsPerSecond == nil ? range : ""), p99 \(number(p99Milliseconds, 2)) ms"
            )
        }
        if let lost { parts.append("lost \(lost), doubled \(doubled ?? 0)") }
        if let recoveredSeconds { parts.append("recovered after \(number(recoveredSeconds, 1)) s\(range)") }
        if let redisBenchmark {
            parts.append(
                "redis-benchmark (\(redisBenchmark)) \(number(redisBenchmarkPerSecond))/s, ratio \(number(ratio, 2))"
            )
        }
        if let redisMicrosecondsPerJob { parts.append("Redis \(number(redisMicrosecondsPerJob, 1)) µs/job") }
        if let redisShareIdle { parts.append("Redis \(number(redisShareIdle * 100, 1)) % of a processor") }
        if let commandsPerJob { parts.append("\(number(commandsPerJob, 1)) commands/job") }
        if let overheadBytesPerWaitingJob { parts.append("\(number(overheadBytesPerWaitingJob)) B/waiting job") }
        if let overheadBytesPerRunningJob { parts.append("\(number(overheadBytesPerRunningJob)) B/running job") }
        if let workerMebibytes { parts.append("worker \(number(workerMebibytes, 1)) MiB") }
        if let serverMebibytes { parts.append("server \(number(serverMebibytes, 1)) MiB") }
        return parts.joined(separator: "  ")
    }
}
