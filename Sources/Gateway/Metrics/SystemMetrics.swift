import JobQueue
import Orchestrator

/// What an orchestrator's metrics tell of the whole system.
struct SystemMetrics: Sendable {
    let operations: Operations
    let status: @Sendable () -> Worker.Status
    let timeout: Duration
    /// How many listen on `/ws`.
    let listeners: @Sendable () -> Int

    private struct Reading: Sendable {
        let queues: [QueueDepth]
        let activeOperations: Int
        let escalations: Int
        let processes: [String: Int]
    }

    /// Adds them; without Redis, only that it is gone.
    func collect(_ metrics: inout MetricsText) async throws {
        metrics.add("concord_listeners", .gauge, "Clients that listen on /ws.", Double(listeners()))
        metrics.add("concord_worker_ready", .gauge, "1 while the process fetches its jobs.", status().isReady ? 1 : 0)
        let reading: Reading
        do {
            reading = try await withTimeLimit(timeout) { try await read() }
        } catch {
            metrics.add("concord_redis_up", .gauge, "1 while Redis answers.", 0)
            throw error
        }
        metrics.add("concord_redis_up", .gauge, "1 while Redis answers.", 1)
        metrics.add(reading.queues, nowMilliseconds: Timestamp.now.milliseconds)
        metrics.add(
            "concord_operations_active",
            .gauge,
            "Operations that have not ended.",
            Double(reading.activeOperations)
        )
        metrics.add("concord_escalations_open", .gauge, "Escalations that wait.", Double(reading.escalations))
        metrics.add(
            "concord_processes",
            .gauge,
            "Live processes, by the queue that they work on.",
            reading.processes.sorted { $0.key < $1.key }.map { MetricsText.Sample($0.value, ("queue", $0.key)) }
        )
    }

    private func read() async throws -> Reading {
        async let active = operations.activeCount()
        async let escalations = operations.queue.openEscalationCount()
        let queues = try await operations.queue.queues()
        let processes = try await operations.queue.processes()
        return Reading(
            queues: queues,
            activeOperations: try await active,
            escalations: try await escalations,
            processes: Dictionary(processes.map { ($0.queue.rawValue, 1) }, uniquingKeysWith: +)
        )
    }
}
