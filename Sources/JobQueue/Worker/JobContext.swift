public import Logging

/// What a running action knows of its job.
public struct JobContext: Sendable {
    /// The job's id.
    public let id: JobID
    /// The queue that it came from.
    public let queue: QueueName
    /// The action's name.
    public let action: String
    /// This run's number among those that ended with an error, from 1.
    public let attempt: Int
    /// This hand-out's number, from 1; more than the attempts when workers have crashed.
    public let delivery: Int
    /// A number that grows with every hand-out of the partition: a later holder of the same job has a larger one, so
    /// that a store can refuse a write of an earlier one.
    public let fence: Int
    /// The same in every attempt of this job, and no other's.
    public let idempotencyKey: String
    /// The flow (operation) that the job belongs to.
    public let flow: JobID?
    /// What a reviewer wrote when he had the job retried.
    public let guidance: String?
    /// The job's policy.
    public let policy: JobPolicy
    /// A logger that carries the job's id and attempt.
    public let logger: Logger
    let progress: @Sendable (JobProgress) -> Void

    /// Tells how far the work is; it is stored with the next heartbeat, and only the last report counts.
    public func report(done: Int, total: Int? = nil, unit: String) {
        progress(JobProgress(done: done, total: total, unit: unit))
    }

    /// A context for running an action without the queue; progress goes to `progress`.
    package init(
        direct id: JobID,
        queue: QueueName,
        action: String,
        logger: Logger,
        progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) {
        self.init(
            id: id,
            queue: queue,
            action: action,
            attempt: 1,
            delivery: 1,
            fence: 0,
            flow: nil,
            guidance: nil,
            policy: JobPolicy(),
            logger: logger,
            progress: progress
        )
    }

    init(
        id: JobID,
        queue: QueueName,
        action: String,
        attempt: Int,
        delivery: Int,
        fence: Int,
        flow: JobID?,
        guidance: String?,
        policy: JobPolicy,
        logger: Logger,
        progress: @escaping @Sendable (JobProgress) -> Void
    ) {
        self.id = id
        self.queue = queue
        self.action = action
        self.attempt = attempt
        self.delivery = delivery
        self.fence = fence
        self.idempotencyKey = id.rawValue
        self.flow = flow
        self.guidance = guidance
        self.policy = policy
        var logger = logger
        logger[metadataKey: "job.id"] = "\(id)"
        logger[metadataKey: "attempt"] = "\(attempt)"
        self.logger = logger
        self.progress = progress
    }
}
