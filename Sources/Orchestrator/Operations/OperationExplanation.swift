/// Why an operation is where it is, and what it waits for.
package struct OperationExplanation: Codable, Sendable, Hashable {
    /// One thing that holds it up, or tells how it ended.
    package struct Reason: Codable, Sendable, Hashable {
        /// A kind of reason.
        package enum Code: String, Codable, Sendable, Hashable, CaseIterable {
            /// It has ended.
            case ended
            /// The queue is paused.
            case paused
            /// A job is ready, and no live process works on its queue.
            case noLiveWorker = "no_live_worker"
            /// A job is ready, and the processes have others to do first.
            case queued
            /// A process works on it.
            case running
            /// Another attempt is due later.
            case retryScheduled = "retry_scheduled"
            /// A person is asked.
            case waitingForReview = "waiting_for_review"
            /// A step waits for others.
            case waitingForStep = "waiting_for_step"
        }

        /// The kind.
        package var code: Code
        /// The step, or `plan` or `conclude` for the orchestrator's own work.
        package var step: String
        /// The worker kind.
        package var worker: String
        /// What a person should know.
        package var message: String
        /// When it began, ISO 8601.
        package var since: String?
        /// When something will happen by itself, ISO 8601.
        package var next: String?
    }

    /// The operation.
    package var operationId: String
    /// Its state.
    package var status: String
    /// The most telling reason in one sentence.
    package var summary: String
    /// All of them, in the order of the plan.
    package var reasons: [Reason]

    enum CodingKeys: String, CodingKey {
        case operationId = "operation_id"
        case status, summary, reasons
    }
}
