extension PartitionModel {
    /// `undo_decision`.
    package mutating func undo(_ id: String, version: Int) -> ReviewAnswer {
        guard let escalation = escalations[id] else { return ("unknown", 0, "") }
        guard escalation.state == .resolved, escalation.version == version else {
            return ("conflict", escalation.version, escalation.state.rawValue)
        }
        if escalation.isBlocking {
            if let refusal = undoJob(escalation.job, of: id, escalation) { return ("late", version, refusal) }
        } else if jobs[escalation.job] == nil {
            return ("late", version, "the record of the job has expired")
        }
        escalations[id]?.state = .open
        escalations[id]?.resolution = nil
        escalations[id]?.value = nil
        escalations[id]?.assignee = nil
        escalations[id]?.claimedUntil = 0
        change(id, "undone")
        return ("applied", version + 1, escalation.isBlocking ? "escalated" : "completed")
    }

    /// Puts the job back to what it was before the decision; returns why that is too late, `nil` when it is done.
    private mutating func undoJob(_ id: JobID, of escalation: String, _ record: Escalation) -> String? {
        guard let job = jobs[id] else { return "the record of the job has expired" }
        guard let before = undecided[escalation], stillStands(job, before, escalation, record) else {
            return "the job has moved on: it is \(job.state.rawValue)"
        }
        if let flow = job.flow {
            guard flows[flow]?.isSettled == false else { return "the flow has settled" }
            if record.resolution == "retried" {
                move(id, to: .escalated)
            } else {
                do throws(Started) {
                    try reopenDependents(of: id)
                } catch {
                    return "the step \(error.step) has started"
                }
                flows[flow]?.open += 1
            }
            flows[flow]?.parked += 1
        }
        jobs[id] = before
        return nil
    }

    /// Whether the job is still what the decision has made of it.
    private func stillStands(_ job: Job, _ before: Job, _ escalation: String, _ record: Escalation) -> Bool {
        guard job.escalation == escalation, job.fence == before.fence else { return false }
        switch record.resolution {
        case "retried": return job.state == .ready
        case "rejected": return job.state == .cancelled && job.review == "rejected"
        default: return job.state == .completed && job.review == record.resolution
        }
    }

    private struct Started: Error {
        var step: JobID
    }

    /// Lets the dependents of a job that is open again wait for it; nothing changes when one of them has started.
    private mutating func reopenDependents(of id: JobID) throws(Started) {
        var after = self
        after.move(id, to: .escalated)
        var reopened = [id]
        while !reopened.isEmpty {
            for kid in after.jobs[reopened.removeFirst()]?.kids ?? [] {
                guard let job = after.jobs[kid] else { continue }
                if job.fence != 0 { throw Started(step: kid) }
                let states = parents(of: kid).compactMap { after.jobs[$0]?.state }
                let met = states.count { $0 == .completed }
                let open = states.count { !$0.isTerminal }
                let isRevived = job.state == .cancelled && job.cause == "upstream" && met + open >= job.need
                guard isRevived || job.state == .waiting || (job.state == .ready && met < job.need) else { continue }
                after.jobs[kid]?.open = open
                after.jobs[kid]?.met = met
                if job.state != .waiting { after.move(kid, to: .waiting) }
                if isRevived, let flow = job.flow {
                    after.jobs[kid]?.cause = nil
                    after.flows[flow]?.open += 1
                    reopened.append(kid)
                }
            }
        }
        self = after
    }
}
