import RedisClient

extension JobQueue {
    /// What a cancellation came to.
    public enum Cancellation: Hashable, Sendable {
        /// The job will not run.
        case cancelled
        /// It runs; its worker is told within a heartbeat, and it ends as cancelled.
        case cancelling
        /// It had ended.
        case ended(JobState)
        /// No record of it exists.
        case unknown
    }

    /// Cancels a job in whatever state it is.
    public func cancel(_ id: JobID) async throws(JobQueueError) -> Cancellation {
        let reply = try await partition(of: id).call("cancel_jobs", ["", id.rawValue])
        return Self.cancellation(reply[0].string)
    }

    /// Cancels all jobs of a flow that have not ended; returns how many were or will be.
    @discardableResult
    public func cancelFlow(_ flow: JobID) async throws(JobQueueError) -> Int {
        let reply = try await partition(of: flow).call("cancel_jobs", [flow.rawValue])
        return reply.elements.count { ["cancelled", "cancelling"].contains($0.string) }
    }

    private static func cancellation(_ word: String?) -> Cancellation {
        switch word {
        case "cancelled": .cancelled
        case "cancelling": .cancelling
        case let word?: JobState(rawValue: word).map { .ended($0) } ?? .unknown
        case nil: .unknown
        }
    }

    /// Pauses or resumes the hand-out of a queue's jobs in all partitions; returns whether that changed anything.
    @discardableResult
    public func setPaused(_ paused: Bool, queue: QueueName) async throws(JobQueueError) -> Bool {
        var changed = false
        for partition in allPartitions {
            let reply = try await partition.call("pause_queue", [queue.rawValue, paused ? "1" : "0"])
            changed = changed || reply.integer == 1
        }
        return changed
    }

    /// Creates the streams and groups of queues, so that workers, autoscalers and monitors find them.
    public func createQueues(_ queues: [QueueName]) async throws(JobQueueError) {
        for partition in allPartitions {
            _ = try await partition.call("create_queue", queues.map(\.rawValue))
        }
    }

    /// Dead letters, newest first.
    public func deadLetters(limit: Int = 100) async throws(JobQueueError) -> [JobSnapshot] {
        var letters: [JobSnapshot] = []
        for partition in allPartitions {
            let reply = try await partition.send(
                RedisCommand("ZREVRANGE", "\(partition.base):dead", "0", String(max(0, limit - 1)))
            )
            let ids = reply.elements.compactMap { $0.string.map(JobID.init(trusted:)) }
            letters += try await jobs(ids).compactMap { $0 }
        }
        return Array(letters.sorted { ($0.endedMilliseconds ?? 0) > ($1.endedMilliseconds ?? 0) }.prefix(limit))
    }

    /// What handling a dead letter came to.
    public enum DeadLetterAction: String, Sendable {
        /// It is ready again, with fresh counts.
        case ready
        /// It is gone from the dead letters.
        case discarded
        /// No dead letter has that id.
        case unknown
        /// It is a step of a flow, which is retried as a whole.
        case flow
    }

    /// Makes a dead letter ready again.
    public func retryDeadLetter(_ id: JobID) async throws(JobQueueError) -> DeadLetterAction {
        try await handleDeadLetter(id, "retry")
    }

    /// Takes a dead letter out of the list for good.
    public func discardDeadLetter(_ id: JobID) async throws(JobQueueError) -> DeadLetterAction {
        try await handleDeadLetter(id, "discard")
    }

    private func handleDeadLetter(_ id: JobID, _ verb: String) async throws(JobQueueError) -> DeadLetterAction {
        let reply = try await partition(of: id).call("handle_dead_letters", [verb, id.rawValue])
        return reply[0].string.flatMap(DeadLetterAction.init) ?? .unknown
    }
}
