extension PartitionModel {
    /// `cancel_jobs` of one job: `cancelled`, `cancelling`, `unknown` or its terminal state.
    package mutating func cancel(_ id: JobID) -> String {
        guard let job = jobs[id] else { return "unknown" }
        if job.state.isTerminal { return job.state.rawValue }
        if job.state == .running {
            jobs[id]?.isCancelling = true
            return "cancelling"
        }
        if job.state == .escalated, let escalation = job.escalation {
            escalations[escalation]?.state = .expired
            escalations[escalation]?.version += 1
            if let flow = job.flow { flows[flow]?.parked -= 1 }
        }
        jobs[id]?.due = nil
        end(id, .cancelled, cause: "request")
        return "cancelled"
    }

    /// `cancel_jobs` of a flow.
    package mutating func cancelFlow(_ flow: JobID) -> [String] {
        var answers: [String] = []
        for id in flows[flow]?.jobs ?? [] { answers.append(cancel(id)) }
        return answers
    }

    /// `decide_escalation`: what was answered, the version, and the detail.
    package mutating func decide(
        _ id: String,
        version: Int,
        _ decision: Decision,
        reviewer: String,
        now: Int
    ) -> (String, Int, String) {
        guard let escalation = escalations[id] else { return ("unknown", 0, "") }
        guard escalation.state == .open || escalation.state == .claimed, escalation.version == version else {
            return ("conflict", escalation.version, escalation.state.rawValue)
        }
        if escalation.state == .claimed, let assignee = escalation.assignee, assignee != reviewer,
            escalation.claimedUntil > now
        {
            return ("claimed", escalation.version, assignee)
        }
        let job = escalation.job
        if decision == .approve, jobs[job]?.result == nil {
            return ("invalid", escalation.version, "there is no result to approve: override, retry or reject")
        }
        switch decision {
        case .approve:
            jobs[job]?.review = decision.resolution
            end(job, .completed)
        case .override(let value):
            jobs[job]?.review = decision.resolution
            jobs[job]?.result = try? value.encoded
            end(job, .completed)
        case .reject:
            jobs[job]?.review = decision.resolution
            end(job, .cancelled, cause: "rejected")
        case .retry(let parameters, let guidance): retry(job, parameters: parameters, guidance: guidance)
        }
        escalations[id]?.state = .resolved
        escalations[id]?.resolution = decision.resolution
        escalations[id]?.version += 1
        if let flow = jobs[job]?.flow { flows[flow]?.parked -= 1 }
        return ("applied", version + 1, jobs[job]?.state.rawValue ?? stateOfRemoved(decision))
    }

    private func stateOfRemoved(_ decision: Decision) -> String {
        decision == .reject ? JobState.cancelled.rawValue : JobState.completed.rawValue
    }

    private mutating func retry(_ id: JobID, parameters: JSONValue?, guidance: String?) {
        if let parameters, let text = try? parameters.encoded { jobs[id]?.input = text }
        if let guidance, !guidance.isEmpty { jobs[id]?.guidance = guidance }
        jobs[id]?.attempts = 0
        jobs[id]?.deliveries = 0
        jobs[id]?.result = nil
        jobs[id]?.confidence = nil
        jobs[id]?.cause = nil
        makeReady(id)
    }

    /// `claim_escalation`; a lease of zero releases.
    package mutating func claimEscalation(
        _ id: String,
        version: Int,
        reviewer: String,
        lease: Int,
        now: Int
    ) -> (String, Int, String) {
        guard let escalation = escalations[id] else { return ("unknown", 0, "") }
        guard escalation.state == .open || escalation.state == .claimed, escalation.version == version else {
            return ("conflict", escalation.version, escalation.state.rawValue)
        }
        if escalation.state == .claimed, let assignee = escalation.assignee, assignee != reviewer,
            escalation.claimedUntil > now
        {
            return ("claimed", escalation.version, assignee)
        }
        if lease == 0, escalation.state != .claimed {
            return ("conflict", escalation.version, escalation.state.rawValue)
        }
        escalations[id]?.state = lease > 0 ? .claimed : .open
        escalations[id]?.version += 1
        escalations[id]?.assignee = lease > 0 ? reviewer : nil
        escalations[id]?.claimedUntil = lease > 0 ? now + lease : 0
        return ("applied", version + 1, lease > 0 ? "claimed" : "open")
    }

    /// `pause_queue`: whether it changed anything.
    package mutating func setPaused(_ isPaused: Bool, _ queue: QueueName) -> Bool {
        isPaused ? paused.insert(queue).inserted : paused.remove(queue) != nil
    }

    /// `handle_dead_letters` of one job: `ready`, `discarded`, `unknown` or `flow`.
    package mutating func handleDeadLetter(_ id: JobID, retry: Bool) -> String {
        guard let job = jobs[id], job.state == .dead else { return "unknown" }
        guard retry else {
            dead.remove(id)
            if job.flow == nil { jobs[id] = nil }
            return "discarded"
        }
        if job.flow != nil { return "flow" }
        dead.remove(id)
        jobs[id]?.attempts = 0
        jobs[id]?.deliveries = 0
        jobs[id]?.cause = nil
        makeReady(id)
        return "ready"
    }
}
