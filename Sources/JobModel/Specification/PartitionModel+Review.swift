extension PartitionModel {
    /// What a call about an escalation answers: a word, the version, and the detail.
    package typealias ReviewAnswer = (word: String, version: Int, detail: String)

    /// Counts a change, and tells it.
    mutating func change(_ id: String, _ event: String) {
        escalations[id]?.version += 1
        told[id]?.append(event)
    }

    /// An escalation that waits, at the version that the caller saw; else the answer.
    private func waiting(_ id: String, _ version: Int) -> (Escalation?, ReviewAnswer) {
        guard let escalation = escalations[id] else { return (nil, ("unknown", 0, "")) }
        guard escalation.state == .open || escalation.state == .claimed, escalation.version == version else {
            return (nil, ("conflict", escalation.version, escalation.state.rawValue))
        }
        return (escalation, ("", 0, ""))
    }

    private func otherHolder(_ escalation: Escalation, _ reviewer: String, now: Int) -> String? {
        guard escalation.state == .claimed, escalation.claimedUntil > now else { return nil }
        return escalation.assignee == reviewer ? nil : escalation.assignee
    }

    /// `decide_escalation`.
    package mutating func decide(
        _ id: String,
        version: Int,
        _ decision: Decision,
        reviewer: String,
        now: Int
    ) -> ReviewAnswer {
        let (found, refusal) = waiting(id, version)
        guard let escalation = found else { return refusal }
        if let holder = otherHolder(escalation, reviewer, now: now) { return ("claimed", version, holder) }
        let job = escalation.job
        if !escalation.isBlocking, case .retry = decision {
            return ("invalid", version, "the job of an audit sample has completed and is not run again")
        }
        if escalation.isBlocking, decision == .approve, jobs[job]?.result == nil {
            return ("invalid", version, "there is no result to approve: override, retry or reject")
        }
        if case .override(let value) = decision { escalations[id]?.value = try? value.encoded }
        escalations[id]?.state = .resolved
        escalations[id]?.resolution = decision.resolution
        change(id, decision.resolution)
        let state = escalation.isBlocking ? apply(decision, to: job, of: id) : letGo(job, of: id)
        return ("applied", version + 1, state.rawValue)
    }

    /// The record of a lone job was held by its sample.
    private mutating func letGo(_ id: JobID, of escalation: String) -> JobState {
        if let job = jobs[id], job.state == .completed, job.flow == nil, job.escalation == escalation,
            job.line.policy.retention == .zero
        {
            jobs[id] = nil
        }
        return .completed
    }

    private mutating func apply(_ decision: Decision, to job: JobID, of escalation: String) -> JobState {
        undecided[escalation] = jobs[job]
        if let flow = jobs[job]?.flow { flows[flow]?.parked -= 1 }
        switch decision {
        case .approve:
            jobs[job]?.review = decision.resolution
            end(job, .completed)
            return .completed
        case .override(let value):
            jobs[job]?.review = decision.resolution
            jobs[job]?.result = try? value.encoded
            end(job, .completed)
            return .completed
        case .reject:
            jobs[job]?.review = decision.resolution
            end(job, .cancelled, cause: "rejected")
            return .cancelled
        case .retry(let parameters, let guidance):
            retry(job, parameters: parameters, guidance: guidance)
            return .ready
        }
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
    ) -> ReviewAnswer {
        let (found, refusal) = waiting(id, version)
        guard let escalation = found else { return refusal }
        if let holder = otherHolder(escalation, reviewer, now: now) { return ("claimed", version, holder) }
        if lease == 0, escalation.state != .claimed { return ("conflict", version, escalation.state.rawValue) }
        escalations[id]?.state = lease > 0 ? .claimed : .open
        escalations[id]?.assignee = lease > 0 ? reviewer : nil
        escalations[id]?.claimedUntil = lease > 0 ? now + lease : 0
        change(id, lease > 0 ? "claimed" : "released")
        return ("applied", version + 1, lease > 0 ? "claimed" : "open")
    }

    /// `assign_escalation`.
    package mutating func assign(_ id: String, version: Int, to designee: String?) -> ReviewAnswer {
        let (found, refusal) = waiting(id, version)
        guard let escalation = found else { return refusal }
        escalations[id]?.designee = designee
        change(id, "assigned")
        return ("applied", version + 1, escalation.state.rawValue)
    }

    /// `remind_escalation`.
    package mutating func remind(_ id: String, version: Int, due: Int?, tier: Int?, _ event: DueEvent) -> ReviewAnswer {
        let (found, refusal) = waiting(id, version)
        guard let escalation = found else { return refusal }
        if let due { escalations[id]?.due = due }
        if let tier { escalations[id]?.tier = tier }
        change(id, event.rawValue)
        return ("applied", version + 1, escalation.state.rawValue)
    }

    /// `comment_escalation`, of which at most so many.
    package mutating func comment(_ id: String, atMost limit: Int) -> ReviewAnswer {
        guard let escalation = escalations[id] else { return ("unknown", 0, "") }
        guard escalation.comments < limit else {
            return ("invalid", escalation.version, "an escalation has at most \(limit) comments")
        }
        escalations[id]?.comments += 1
        told[id]?.append("commented")
        return ("applied", escalation.version, escalation.state.rawValue)
    }
}
