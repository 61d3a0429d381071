import ArgumentParser
import Foundation
import Gateway
import JobModel
import JobQueue
import Orchestrator

/// What the commands that decide have in common: read, decide on that version, and say what became of it.
struct EscalationReview {
    let escalation: EscalationArgument
    let review: ReviewOptions
    let comment: String?
    let output: CommandOutput

    private struct Decided: Encodable {
        let report: EscalationReport
        let jobState: JobState

        private enum CodingKeys: String, CodingKey {
            case jobState = "job_state"
        }

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(jobState, forKey: .jobState)
        }
    }

    /// Applies the decision that `make` gives for the escalation as it is.
    ///
    /// - Throws: ``CommandFailure`` with code 1 where it was decided before, or another holds it; nothing has changed then.
    func decide(_ settings: Settings, _ make: (EscalationSnapshot, Operations) async throws -> Decision) async throws {
        try await Deployment(command: settings).withOperations { operations in
            let snapshot = try await escalation.read(operations.queue)
            try Self.check(snapshot)
            let decision = try await make(snapshot, operations)
            let state: JobState
            do {
                state = try await operations.queue.decide(
                    snapshot.id,
                    decision,
                    version: review.seenVersion ?? snapshot.version,
                    reviewer: settings.reviewer,
                    comment: comment
                ).state
            } catch let error as JobQueueError where error.code == .conflict {
                throw Self.refusal(try await operations.queue.escalation(snapshot.id) ?? snapshot, error)
            }
            let decided = try await escalation.read(operations.queue)
            try output.show(Decided(report: EscalationReport(decided), jobState: state)) { terminal in
                let resolution = StateStyle.styled(decision.resolution, terminal)
                return [
                    "\(snapshot.id) \(resolution) by \(settings.reviewer); job \(snapshot.job) is \(state.rawValue)"
                ]
            }
        }
    }

    /// Looks before a decision is composed, so that a decided escalation gets a clear answer and no question.
    private static func check(_ snapshot: EscalationSnapshot) throws(CommandFailure) {
        if snapshot.state == .resolved || snapshot.state == .expired { throw refusal(snapshot, nil) }
    }

    private static func refusal(_ snapshot: EscalationSnapshot, _ error: JobQueueError?) -> CommandFailure {
        switch snapshot.state {
        case .resolved:
            let by = snapshot.reviewer.map { " by \($0)" } ?? ""
            let at = snapshot.decidedMilliseconds.map { " at \(Moment.text(milliseconds: $0))" } ?? ""
            let resolution = snapshot.resolution ?? "resolved"
            return CommandFailure(
                .failed,
                "\(snapshot.id) was \(resolution)\(by)\(at) already; this decision was not applied"
            )
        case .expired:
            return CommandFailure(.failed, "\(snapshot.id) has expired, as its job was cancelled; nothing was changed")
        case .open, .claimed:
            return CommandFailure(
                .failed,
                "\(snapshot.id): \(error?.message ?? "it has changed"); this decision was not applied",
                hint: "look again with `concord escalations show \(snapshot.id)`"
            )
        }
    }
}
