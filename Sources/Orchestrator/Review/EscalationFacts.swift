import JobModel
import JobQueue

/// What is known of an escalation beside its notice: read once, told to whoever hears of the change.
///
/// Nothing of it changes while the escalation lives, but for what the record itself says.
struct EscalationFacts: Sendable {
    /// The record; `nil` when it is gone.
    var snapshot: EscalationSnapshot?
    /// The operation of its job.
    var operationID: String?
    /// The step's name in the operation's plan.
    var step: String?
    /// The type of the operation.
    var operationType: String?
    /// For an audit sample, the rate at which results like it were drawn.
    var samplingRate: Double? { snapshot?.reason == .auditSample ? snapshot?.auditRate : nil }

    /// Reads what stands around a notice.
    init(_ notice: EscalationNotice, from operations: Operations) async throws {
        snapshot = try await operations.queue.escalation(notice.escalation)
        let key = notice.job.partitionKey
        guard key.hasPrefix("op-"), key.utf8.count < notice.job.rawValue.utf8.count else { return }
        operationID = String(key)
        step = String(notice.job.rawValue.dropFirst(key.count + 1))
        operationType = try await operations.record(JobID(trusted: String(key)))?.request.operationType
    }
}
