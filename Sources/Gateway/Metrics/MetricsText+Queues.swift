import JobQueue

extension MetricsText {
    /// Adds what waits, runs and has happened in every queue.
    mutating func add(_ queues: [QueueDepth], nowMilliseconds: Int) {
        add(
            "concord_queue_ready_jobs",
            .gauge,
            "Jobs that are ready, by lane.",
            queues.flatMap { depth in
                [("high", depth.readyHigh), ("normal", depth.readyNormal), ("low", depth.readyLow)].map { lane, count in
                    Sample(count, ("queue", depth.queue.rawValue), ("lane", lane))
                }
            }
        )
        add(
            "concord_queue_running_jobs",
            .gauge,
            "Jobs handed out to a worker.",
            queues.map { samples($0, $0.running) }
        )
        add(
            "concord_queue_delayed_jobs",
            .gauge,
            "Jobs that wait for their time.",
            queues.map { samples($0, $0.delayed) }
        )
        add(
            "concord_queue_paused",
            .gauge,
            "1 where nothing is handed out.",
            queues.map { samples($0, $0.isPaused ? 1 : 0) }
        )
        add(
            "concord_queue_oldest_ready_seconds",
            .gauge,
            "How long the oldest ready job has been ready; 0 for none.",
            queues.map { depth in
                let age = depth.oldestReadyMilliseconds.map { max(0, Double(nowMilliseconds - $0) / 1000) } ?? 0
                return Sample(age, ("queue", depth.queue.rawValue))
            }
        )
        add(
            "concord_jobs_total",
            .counter,
            "What happened to jobs since the namespace began, by event.",
            queues.flatMap { depth in
                depth.counters.sorted { $0.key < $1.key }.map { event, count in
                    Sample(count, ("queue", depth.queue.rawValue), ("event", event))
                }
            }
        )
    }

    private func samples(_ depth: QueueDepth, _ count: Int) -> Sample {
        Sample(count, ("queue", depth.queue.rawValue))
    }
}
