import JobModel
import JobQueue

/// A job as a person reads it.
struct JobView {
    private let job: JobSnapshot

    init(_ job: JobSnapshot) { self.job = job }

    /// State, errors, and the result on lines of its own.
    func lines(_ terminal: Terminal) throws -> [String] {
        var head = "\(job.id)  \(job.queue).\(job.action)  \(StateStyle.styled(job.state.rawValue, terminal))"
        if let confidence = job.confidence { head += "  confidence \(StateStyle.number(confidence))" }
        var lines = [head]
        for error in job.errors { lines.append("  attempt \(error.attempt): \(error.failure)") }
        if let cause = job.cause { lines.append("  cause: \(cause)") }
        if let escalation = job.escalation, job.state == .escalated {
            lines.append("  waits for a person: concord escalations show \(escalation)")
        }
        if let result = job.result {
            lines.append("  result:")
            lines += JSONView(try JSONValue(parsing: result)).lines.map { "    " + $0 }
        }
        return lines
    }
}
