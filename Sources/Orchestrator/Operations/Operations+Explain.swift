package import JobModel
import JobQueue
import RedisClient

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Operations {
    /// Why the operation is where it is; `nil` when there is no such operation.
    package func explain(_ id: JobID) async throws -> OperationExplanation? {
        guard let record = try await record(id) else { return nil }
        if record.state.isTerminal {
            let reason = OperationExplanation.Reason(
                code: .ended,
                step: "",
                worker: "",
                message: record.error.map { "it has \(record.state.verb): \($0)" } ?? "it has \(record.state.verb)",
                since: record.endedMilliseconds.map(Self.time)
            )
            return explanation(of: record, [reason])
        }
        let own = [
            ("plan", JobID(trusted: "\(id):plan")), ("conclude", JobID(trusted: "\(id):settled")),
            ("verify", OperationVerifier.question(record)),
        ]
        let named = zip((record.plan?.steps ?? []).map(\.name), record.stepJobs) + own
        let jobs = try await queue.jobs(named.map(\.1))
        let depths = Dictionary(try await queue.queues().map { ($0.queue, $0) }) { first, _ in first }
        let live = Dictionary(grouping: try await queue.processes(), by: \.queue)
        var reasons: [OperationExplanation.Reason] = []
        for ((name, job), snapshot) in zip(named, jobs) {
            guard let snapshot else { continue }
            let due = snapshot.state == .scheduled ? try await dueMilliseconds(of: job, in: snapshot.queue) : nil
            let queued = QueuedBehind(depth: depths[snapshot.queue], processes: live[snapshot.queue]?.count ?? 0)
            if let reason = Self.reason(name, snapshot, queued, due: due) { reasons.append(reason) }
        }
        return explanation(of: record, reasons)
    }

    /// Server time at which a scheduled job becomes ready; `nil` when it is not scheduled any more.
    private func dueMilliseconds(of job: JobID, in queue: QueueName) async throws -> Int? {
        let partition = self.queue.partition(of: job)
        let delayed = "\(partition.base):delayed:\(queue)"
        return try await partition.send(RedisCommand("ZSCORE", delayed, job.rawValue)).double.map { Int($0) }
    }

    private func explanation(
        of record: OperationRecord,
        _ reasons: [OperationExplanation.Reason]
    ) -> OperationExplanation {
        let order: [OperationExplanation.Reason.Code] = [
            .ended, .paused, .noLiveWorker, .waitingForReview, .retryScheduled, .running, .queued, .waitingForStep,
        ]
        let first = order.lazy.compactMap { code in reasons.first { $0.code == code } }.first
        return OperationExplanation(
            operationId: record.id.rawValue,
            status: record.state.rawValue,
            summary: first?.message ?? "an orchestrator is about to move it on",
            reasons: reasons
        )
    }

    private static func reason(
        _ name: String,
        _ job: JobSnapshot,
        _ queued: QueuedBehind,
        due: Int?
    ) -> OperationExplanation.Reason? {
        func reason(
            _ code: OperationExplanation.Reason.Code,
            _ message: String,
            since: Int? = nil,
            next: Int? = nil
        ) -> OperationExplanation.Reason {
            OperationExplanation.Reason(
                code: code,
                step: name,
                worker: job.queue.rawValue,
                message: message,
                since: since.map(time),
                next: next.map(time)
            )
        }
        let label = "\(name) (\(job.queue).\(job.action))"
        switch job.state {
        case .completed, .dead, .cancelled: return nil
        case .waiting:
            guard !job.parents.isEmpty else { return nil }
            let names = job.parents.map { $0.rawValue.split(separator: ":").last.map(String.init) ?? $0.rawValue }
            return reason(.waitingForStep, "\(label) waits for \(names.joined(separator: ", "))")
        case .ready:
            if queued.depth?.isPaused == true {
                return reason(.paused, "\(label) is ready, and the queue \(job.queue) is paused: resume it")
            }
            if queued.processes == 0 {
                let program =
                    switch job.queue {
                    case orchestratorQueue: "orchestrator"
                    case let queue where agentQueues.contains(queue): "agent \(queue)"
                    case let queue: "worker \(queue)"
                    }
                let advice = "start one: concord \(program)"
                return reason(.noLiveWorker, "\(label) is ready, and no process works on \(job.queue): \(advice)")
            }
            let ahead = queued.depth?.ready ?? 0
            return reason(
                .queued,
                "\(label) is ready among \(ahead) jobs of \(job.queue) for \(queued.processes) processes"
            )
        case .running:
            let last = job.owner.map { " on \($0)" } ?? ""
            return reason(.running, "\(label) runs\(last), delivery \(job.deliveries)", since: job.beganMilliseconds)
        case .scheduled:
            let error = job.errors.last.map { ", after \($0.failure)" } ?? ""
            return reason(
                .retryScheduled,
                "\(label) is tried again at \(due.map(time) ?? "a later time")\(error)",
                next: due
            )
        case .escalated:
            return reason(.waitingForReview, "\(label) waits for a person: escalation \(job.escalation ?? "")")
        }
    }

    /// The queues of the global agents, which another command starts.
    package static let agentQueues: Set<QueueName> = [
        verificationQueue, "explorer", "research_documenter", "historian",
    ]

    private static func time(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }
}

/// What a ready job waits behind.
private struct QueuedBehind {
    var depth: QueueDepth?
    var processes: Int
}

extension OperationState {
    /// How an ended operation ended, as in “it has …”.
    fileprivate var verb: String { self == .cancelled ? "been cancelled" : rawValue }
}
