import JobModel
import JobQueue
import Logging

/// Follows the escalation stream and keeps the states of the operations in step with it.
///
/// The steps themselves need no help: a decision releases or ends them in the same atomic step. What is left to do is
/// derived from the records, not from the notice, so that a notice that comes twice or late does no harm.
struct EscalationReaction: Sendable {
    let operations: Operations
    let logger: Logger

    /// Handles one change.
    func handle(_ notice: EscalationNotice) async throws {
        guard notice.movesJob else { return }
        let id = JobID(trusted: String(notice.job.partitionKey))
        guard id.rawValue.hasPrefix("op-"), let record = try await operations.record(id) else { return }
        if OperationVerifier.isConclusion(notice.job, of: id) {
            try await conclude(id, notice)
        } else if notice.job.rawValue == "\(id):plan" {
            if ["rejected", "approved", "overridden"].contains(notice.event) {
                _ = try await operations.write(record, record.state, [("requires-human", "0")])
            }
            try await operations.storeReport(id)
        } else {
            try await follow(record)
        }
    }

    /// An operation is `escalating` as long as a step of it is parked.
    private func follow(_ record: OperationRecord) async throws {
        let jobs = try await operations.queue.jobs(record.stepJobs)
        let isParked = jobs.contains { $0?.state == .escalated }
        if isParked, record.state == .executing {
            try await operations.move(record.id, to: .escalating)
            logger.info("operation waits for a person", metadata: ["operation.id": "\(record.id)"])
        } else if !isParked, record.state == .escalating {
            try await operations.move(record.id, to: .executing)
            logger.info("operation resumed", metadata: ["operation.id": "\(record.id)"])
        }
    }

    /// The post-conditions did not hold, and a person decides what that means.
    private func conclude(_ id: JobID, _ notice: EscalationNotice) async throws {
        switch notice.event {
        case "opened":
            // A notice that comes late, since the audit log could not be written, may be of a question long answered.
            let escalation = try await operations.queue.escalation(notice.escalation)
            guard escalation?.state == .open || escalation?.state == .claimed else { return }
            try await operations.move(id, to: .escalating)
        case "approved", "overridden":
            try await operations.move(id, to: .validating)
            try await operations.move(id, to: .completed)
        case "rejected": try await operations.move(id, to: .failed, error: "the result was rejected by a reviewer")
        default: break  // "retried": the job runs again and moves the operation itself.
        }
    }
}
