import JobModel
package import JobQueue
package import Logging
import ServiceLifecycle

/// An orchestrator process: plans operations, concludes them, keeps their deadlines, watches the escalation stream, fires
/// the schedules.
///
/// Any number of them share the work, and any of them may die at any moment: whatever it had begun is begun again by
/// another one within a lease.
package final class OrchestratorService: Service, Sendable {
    private let operations: Operations
    private let worker: Worker
    private let review: ReviewDuties?
    private let logger: Logger

    /// An orchestrator that plans and concludes up to `concurrency` operations at once.
    ///
    /// - Parameters:
    ///   - operations: what it works on.
    ///   - concurrency: how many of its jobs it runs at once.
    ///   - review: what it does for the review beside moving operations; `nil` for nothing.
    ///   - logger: where it logs to.
    package init(operations: Operations, concurrency: Int = 16, review: ReviewDuties? = nil, logger: Logger) {
        self.operations = operations
        self.review = review
        self.logger = logger
        worker = Worker(
            configuration: WorkerConfiguration(queue: Operations.orchestratorQueue, concurrency: concurrency),
            actions: [
                PlanOperation(operations: operations), ConcludeOperation(operations: operations),
                EnforceDeadline(operations: operations), RetryOperation(operations: operations),
            ] + (review?.actions ?? []),
            on: operations.queue,
            logger: logger
        )
    }

    /// How it is doing.
    package var status: Worker.Status { worker.status }

    /// Works until the graceful shutdown or the cancellation of its task.
    package func run() async throws {
        let feed = EscalationFeed(queue: operations.queue, consumer: worker.id, logger: logger)
        let reaction = EscalationReaction(operations: operations, logger: logger)
        let schedules = ScheduleService(schedules: Schedules(operations: operations), logger: logger)
        try await withThrowingTaskGroup { group in
            group.addTask {
                await feed.run { notice in
                    try await self.review?.prepare(notice, logger: self.logger)
                    try await reaction.handle(notice)
                    try await self.review?.tell(notice)
                }
            }
            if let review { group.addTask { await review.watch(logger: self.logger).run() } }
            group.addTask { try await schedules.run() }
            try await self.worker.run()
            group.cancelAll()
        }
    }
}
