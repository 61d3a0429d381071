import JobQueue

/// What a worker process' metrics tell of its work.
struct WorkerMetrics: Sendable {
    let kind: QueueName
    let status: @Sendable () -> Worker.Status

    /// Adds them; nothing outside of the process is asked.
    func collect(_ metrics: inout MetricsText) async throws {
        let status = status()
        func sample(_ value: Int) -> [MetricsText.Sample] { [MetricsText.Sample(value, ("queue", kind.rawValue))] }
        metrics.add("concord_worker_ready", .gauge, "1 while the process fetches jobs.", sample(status.isReady ? 1 : 0))
        metrics.add("concord_worker_running_jobs", .gauge, "Jobs that the process runs.", sample(status.running))
        metrics.add(
            "concord_worker_settled_jobs_total",
            .counter,
            "Outcomes that the process has recorded.",
            sample(status.settled)
        )
    }
}
