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
            change(escalation, "expired")
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

    /// `retry_flow`: what was answered, and how many steps run again or why none does.
    package mutating func retryFlow(_ id: JobID) -> (String, String) {
        guard let flow = flows[id] else { return ("unknown", "") }
        guard flow.isSettled else { return ("conflict", "the flow still runs") }
        if let state = flow.notify.flatMap({ jobs[$0.id]?.state }), !state.isTerminal {
            return ("conflict", "the job that tells the flow's owner is \(state.rawValue)")
        }
        let again = flow.jobs.filter { jobs[$0]?.state != .completed }
        guard !again.isEmpty else { return ("retried", "0") }
        flows[id]?.isSettled = false
        flows[id]?.open = again.count
        for job in again { restart(job) }
        if let notify = flow.notify {
            let line = jobs[notify.id]?.line ?? notify.line
            let input = jobs[notify.id]?.input ?? notify.input
            dead.remove(notify.id)
            jobs[notify.id] = Job(state: .waiting, line: line, input: input)
        }
        return ("retried", String(again.count))
    }

    /// A step as it was enqueued, but for a reviewer's input and guidance; completed parents count.
    private mutating func restart(_ id: JobID) {
        guard let old = jobs[id] else { return }
        dead.remove(id)
        let parents = parents(of: id)
        let met = parents.count { jobs[$0]?.state == .completed }
        let isFree = parents.isEmpty || met >= old.need
        move(id, to: isFree ? .ready : .waiting)
        var job = Job(state: isFree ? .ready : .waiting, line: old.line, input: old.input)
        job.flow = old.flow
        job.kids = old.kids
        job.need = old.need
        job.open = parents.count - met
        job.met = met
        job.guidance = old.guidance
        jobs[id] = job
        if isFree { pushReady(id) }
    }

    /// The jobs that a job waits for.
    func parents(of id: JobID) -> [JobID] {
        (jobs[id]?.flow.flatMap { flows[$0]?.jobs } ?? []).filter { jobs[$0]?.kids.contains(id) == true }
    }
}
