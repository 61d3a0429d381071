import JobQueue

/// The queues: how long the oldest ready job has waited, what is paused, what is dead, and who would run it.
struct StreamsProbe: HealthProbe {
    let component = "streams"
    let queue: JobQueue
    let thresholds: HealthThresholds

    func look() async throws -> [HealthFinding] {
        do throws(JobQueueError) {
            let depths = try await queue.queues()
            let now = try await queue.serverMilliseconds(queue.partition(0))
            let manned = Set(try await queue.processes().map(\.queue))
            var dead = 0
            for partition in queue.allPartitions { dead += try await queue.deadLetterCount(of: partition) }
            return depths.map { lag(of: $0, now: now, isManned: manned.contains($0.queue)) } + [deadLetters(dead)]
        } catch {
            return [finding("connection", .critical, "cannot be read: \(error.code.rawValue)", issue: .connection)]
        }
    }

    private func lag(of depth: QueueDepth, now: Int, isManned: Bool) -> HealthFinding {
        let name = depth.queue.rawValue
        let waited = depth.ready > 0 ? max(0, Double(now - (depth.oldestReadyMilliseconds ?? now)) / 1000) : 0
        let count = "\(depth.ready) ready, \(depth.running) running, \(depth.delayed) delayed"
        let measured = { (status: HealthStatus, message: String) in
            finding(
                name,
                status,
                message,
                value: waited,
                threshold: thresholds.lagWarningSeconds,
                unit: "s",
                issue: .performance
            )
        }
        if depth.ready > 0, depth.isPaused { return measured(.warning, "\(count); paused") }
        if depth.ready > 0, !isManned { return measured(.critical, "\(count); no live worker takes them") }
        let status = HealthStatus(
            waited,
            warning: thresholds.lagWarningSeconds,
            critical: thresholds.lagCriticalSeconds
        )
        return measured(status, "\(count); the oldest has waited \(Measured.text(waited)) s")
    }

    private func deadLetters(_ count: Int) -> HealthFinding {
        finding(
            "dead letters",
            count > 0 ? .warning : .ok,
            count > 0 ? "\(count) jobs used up their attempts: look with `concord dead`" : "none",
            value: Double(count),
            threshold: 1,
            unit: "jobs",
            issue: .performance
        )
    }
}
