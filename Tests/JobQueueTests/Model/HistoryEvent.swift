import JobModel

/// One event of a random history: what somebody does to the partition, or time that passes.
enum HistoryEvent: Sendable {
    /// A job to enqueue.
    struct Draft: Sendable {
        var id: JobID
        var line: PolicyLine
        var input: String
        var delay: Int
        var key: String?
    }

    /// A flow to enqueue.
    struct FlowDraft: Sendable {
        var id: JobID
        var steps: [PartitionModel.Step]
        var notify: PartitionModel.Notify?
    }

    /// A job as some worker was handed it, now or in the past.
    struct Delivery: Hashable, Sendable {
        var id: JobID
        var fence: Int
    }

    /// What a worker reports of a delivery.
    struct Report: Sendable {
        var delivery: Delivery
        var verdict: PartitionModel.Verdict
    }

    /// The server's clock moves on; leases run out and jobs become due by it alone.
    case timePasses(milliseconds: Int)
    case enqueue([Draft], verify: Bool)
    case enqueueFlow(FlowDraft)
    case claim(QueueName, slots: Int, lease: Int, weights: LaneWeights)
    case heartbeat([Delivery], queue: QueueName, lease: Int, isLast: Bool)
    case settle([Report])
    case cancel([JobID])
    case cancelFlow(JobID)
    case setPaused(Bool, QueueName)
    case decide(String, version: Int, Decision, reviewer: String)
    case claimEscalation(String, version: Int, reviewer: String, lease: Int)
    case assign(String, version: Int, to: String?)
    case remind(String, version: Int, due: Int?, tier: Int?, DueEvent)
    case comment(String)
    case undo(String, version: Int)
    case retryFlow(JobID)
    case deadLetters([JobID], retry: Bool)

    /// How long the records of flows are kept: longer than any test, because Redis counts it by its own clock.
    static let retention = 3_600_000
    /// How many comments an escalation may have: few, so that a history gets there.
    static let mostComments = 3
    /// How long idempotency keys are kept.
    static let keyLife = 3_600_000
}

extension HistoryEvent.Draft: CustomStringConvertible {
    var description: String { "\(id) [\(line.encoded)] delay \(delay) key \(key ?? "-")" }
}

extension HistoryEvent.FlowDraft: CustomStringConvertible {
    var description: String {
        let steps = steps.map { "\($0.id) [\($0.line.encoded)] needs \($0.need) of \($0.parents)" }
        return "\(id) \(steps) notify \(notify.map { "\($0.id)" } ?? "-")"
    }
}

extension HistoryEvent.Delivery: CustomStringConvertible {
    var description: String { "\(id)@\(fence)" }
}

extension HistoryEvent.Report: CustomStringConvertible {
    var description: String { "\(delivery) \(verdict)" }
}
