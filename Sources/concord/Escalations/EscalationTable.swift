import Foundation
import JobModel
import JobQueue
import Orchestrator

/// Escalations as a table, one a row.
struct EscalationTable {
    private let escalations: [EscalationSnapshot]
    private let policy: ReviewPolicy

    init(_ escalations: [EscalationSnapshot], policy: ReviewPolicy) {
        self.escalations = escalations
        self.policy = policy
    }

    /// The lines, with a heading.
    func lines(_ terminal: Terminal) -> [String] {
        var table = TextTable(
            ["ESCALATION", "REASON", "ACTION", "CONFIDENCE", "AGE", "DUE", "STATE"],
            rightAligned: [3, 4, 5]
        )
        for escalation in escalations {
            table.append([
                escalation.id, escalation.reason.rawValue, "\(escalation.queue).\(escalation.action)",
                escalation.isConfidenceHidden ? "hidden" : StateStyle.number(escalation.confidence),
                Moment.age(sinceMilliseconds: escalation.openedMilliseconds), escalation.dueText(), state(escalation),
            ])
        }
        return table.lines(terminal)
    }

    private func state(_ escalation: EscalationSnapshot) -> String {
        var words = [escalation.resolution ?? escalation.state.rawValue]
        if let assignee = escalation.assignee { words = ["claimed by \(assignee)"] }
        if let reviewer = escalation.reviewer { words.append("by \(reviewer)") }
        if let designee = escalation.designee { words.append("for \(designee)") }
        if escalation.tier > 1 {
            words.append("tier \(policy[escalation.reason].tierName(escalation.tier) ?? String(escalation.tier))")
        }
        return words.joined(separator: " ")
    }
}

extension EscalationSnapshot {
    /// Whether reviewers must not see the confidence yet: of a sample they would find what it says.
    var isConfidenceHidden: Bool { reason == .auditSample && (state == .open || state == .claimed) }

    /// `in 3 h`, `2 d ago`; empty for no due time.
    func dueText(now: Date = Date()) -> String {
        guard let due = dueMilliseconds else { return "" }
        let ahead = due / 1000 - Int(now.timeIntervalSince1970)
        let span = Moment.age(sinceMilliseconds: (Int(now.timeIntervalSince1970) - abs(ahead)) * 1000, now: now)
        return ahead >= 0 ? "in \(span)" : "\(span) ago"
    }
}
