import ArgumentParser
import Foundation
import Gateway
import JobModel
import JobQueue
import Orchestrator

/// What the commands that decide have in common: read, decide on that version, and say what became of it.
struct EscalationReview {
    let escalations: EscalationArguments
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

    private struct Several: Encodable {
        struct Item: Encodable {
            let id: String
            let jobState: JobState?
            let error: String?

            enum CodingKeys: String, CodingKey {
                case id, error
                case jobState = "job_state"
            }
        }

        let decided: Int
        let refused: Int
        let results: [Item]
    }

    /// Applies the decision that `make` gives for each escalation as it is.
    ///
    /// - Throws: ``CommandFailure`` with code 1 where it was decided before, or another holds it, and with code 2 where a
    ///   value or a parameter does not fit; nothing has changed then. Of several, each is decided for itself, and the
    ///   code is 1 where one was refused.
    func decide(_ settings: Settings, _ make: (EscalationSnapshot, Operations) async throws -> Decision) async throws {
        guard escalations.ids.count == 1 || review.seenVersion == nil else {
            throw CommandFailure(.usage, "--seen-version is the version of one escalation")
        }
        try await Deployment(command: settings).withReviews { reviews in
            if let id = escalations.ids.first, escalations.ids.count == 1 {
                let (decision, state) = try await decide(id, settings, reviews, make)
                let decided = try await EscalationArgument.read(id, reviews.operations.queue)
                try output.show(Decided(report: EscalationReport(decided), jobState: state)) { terminal in
                    [Self.line(id, decision, state, settings, terminal) + "; job \(decided.job) is \(state.rawValue)"]
                }
            } else {
                try await decideAll(settings, reviews, make)
            }
        }
    }

    private func decideAll(
        _ settings: Settings,
        _ reviews: Reviews,
        _ make: (EscalationSnapshot, Operations) async throws -> Decision
    ) async throws {
        var items: [Several.Item] = []
        for id in escalations.ids {
            do {
                let (decision, state) = try await decide(id, settings, reviews, make)
                items.append(Several.Item(id: id, jobState: state, error: nil))
                if !output.isJSON {
                    output.terminal.write(lines: [Self.line(id, decision, state, settings, output.terminal)])
                }
            } catch {
                guard let failure = CommandFailure(error), failure.status != .unreachable else { throw error }
                items.append(Several.Item(id: id, jobState: nil, error: failure.message))
                if !output.isJSON { Terminal.standardError.write(lines: failure.lines(.standardError)) }
            }
        }
        let refused = items.count { $0.error != nil }
        try output.show(Several(decided: items.count - refused, refused: refused, results: items)) { _ in
            ["\(items.count - refused) of \(items.count) decided"]
        }
        if refused > 0 { throw ExitStatusCode.failed }
    }

    private static func line(
        _ id: String,
        _ decision: Decision,
        _ state: JobState,
        _ settings: Settings,
        _ terminal: Terminal
    ) -> String {
        "\(id) \(StateStyle.styled(decision.resolution, terminal)) by \(settings.reviewer)"
    }

    private func decide(
        _ id: String,
        _ settings: Settings,
        _ reviews: Reviews,
        _ make: (EscalationSnapshot, Operations) async throws -> Decision
    ) async throws -> (decision: Decision, state: JobState) {
        let snapshot = try await EscalationArgument.read(id, reviews.operations.queue)
        try Self.check(snapshot)
        let decision = try await make(snapshot, reviews.operations)
        do {
            let state = try await reviews.decide(
                snapshot.id,
                decision,
                version: review.seenVersion ?? snapshot.version,
                reviewer: settings.reviewer,
                comment: comment
            ).state
            return (decision, state)
        } catch let error as JobQueueError where error.code == .conflict {
            throw Self.refusal(try await reviews.operations.queue.escalation(snapshot.id) ?? snapshot, error)
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
