import Gateway
import JobModel
import JobQueue

/// An escalation with everything that a reviewer decides by, as a person reads it.
struct EscalationView {
    private let detail: EscalationDetail
    private let escalation: EscalationSnapshot

    init(_ detail: EscalationDetail, _ escalation: EscalationSnapshot) {
        self.detail = detail
        self.escalation = escalation
    }

    /// The lines.
    func lines(_ terminal: Terminal) throws -> [String] {
        try head(terminal) + work(terminal) + evidence(terminal) + history(terminal) + actions(terminal)
    }

    private func head(_ terminal: Terminal) -> [String] {
        let state = escalation.resolution ?? escalation.state.rawValue
        var lines = [
            "\(terminal.styled(escalation.id, .bold))  version \(escalation.version)  \(StateStyle.styled(state, terminal))",
            "  reason      \(escalation.reason.rawValue)",
            "  confidence  \(confidence)",
            "  job         \(escalation.job)  \(escalation.queue).\(escalation.action)",
            "  opened      \(Moment.text(milliseconds: escalation.openedMilliseconds))",
        ]
        let due = escalation.dueText()
        if !due.isEmpty { lines.append("  due         \(due), tier \(escalation.tier)") }
        if let designee = escalation.designee { lines.append("  for         \(designee)") }
        if let assignee = escalation.assignee { lines.append("  held by     \(assignee)") }
        if let reviewer = escalation.reviewer { lines.append("  decided by  \(reviewer)") }
        if let comment = escalation.comment { lines.append("  comment     \(comment)") }
        for remark in escalation.comments {
            lines.append("  \(remark.by) wrote  \(Moment.text(milliseconds: remark.atMilliseconds)): \(remark.text)")
        }
        return lines
    }

    private var confidence: String {
        if escalation.isConfidenceHidden { return "hidden until it is decided, as it is an audit sample" }
        return "\(StateStyle.number(escalation.confidence)), threshold \(StateStyle.number(escalation.threshold))"
    }

    private func work(_ terminal: Terminal) throws -> [String] {
        guard let job = detail.job else { return ["  the job's record is gone"] }
        var lines: [String] = []
        let parts = escalation.isConfidenceHidden ? nil : job.parts
        for part in try parts.map({ try JSONCoding.decode([ConfidencePart].self, from: $0) }) ?? [] {
            lines.append("  confidence part  \(part.name) \(StateStyle.number(part.value)) (\(part.basis))")
        }
        for error in job.errors { lines.append("  attempt \(error.attempt) failed: \(error.failure)") }
        lines.append(terminal.styled("parameters", .bold))
        lines += JSONView(try JSONValue(parsing: job.input)).lines.map { "  " + $0 }
        if let result = job.result {
            lines.append(terminal.styled("result", .bold))
            lines += JSONView(try JSONValue(parsing: result)).lines.map { "  " + $0 }
        }
        return lines
    }

    private func evidence(_ terminal: Terminal) -> [String] {
        detail.evidence.flatMap { evidence in
            let name = evidence.step.map { "evidence \($0)" } ?? "evidence \(evidence.jobID)"
            let confidence = evidence.confidence.map { "  confidence \(StateStyle.number($0))" } ?? ""
            let head =
                "\(terminal.styled(name, .bold))  \(evidence.queue).\(evidence.action)  \(evidence.state.rawValue)\(confidence)"
            return [head] + (evidence.result.map { JSONView($0).lines.map { "  " + $0 } } ?? [])
        }
    }

    private func history(_ terminal: Terminal) -> [String] {
        [terminal.styled("history", .bold)]
            + escalation.history.map { entry in
                let by = entry.by.isEmpty ? "" : " by \(entry.by)"
                return
                    "  \(Moment.text(milliseconds: entry.atMilliseconds))  \(entry.event)\(by)  version \(entry.version)"
            }
    }

    private func actions(_ terminal: Terminal) -> [String] {
        guard escalation.state == .open || escalation.state == .claimed else { return [] }
        let releases = detail.releases.map { "\($0.step ?? $0.jobID.rawValue) (\($0.queue).\($0.action))" }
        let next = releases.isEmpty ? [] : ["  approval releases \(releases.joined(separator: ", "))"]
        return [terminal.styled("decide", .bold)] + next
            + ["approve", "reject", "override --value JSON", "retry --param key=value"].map { word in
                let parts = word.split(separator: " ", maxSplits: 1)
                let rest = parts.count > 1 ? " \(parts[1])" : ""
                return "  concord escalations \(parts[0]) \(escalation.id)\(rest)"
            }
    }
}
