@testable import JobModel

extension PartitionModel.Job {
    /// Reads a job's record; `nil` when there is none.
    init?(fields: [String: String], leaseUntil: Int?, due: Int?) {
        guard let state = fields["state"].flatMap(JobState.init), let line = fields["policy"].flatMap(PolicyLine.init)
        else {
            return nil
        }
        self.init(state: state, line: line, input: fields["input"] ?? "")
        func number(_ name: String) -> Int { Int(fields[name] ?? "0") ?? -1 }
        flow = fields["flow"].map { JobID(trusted: $0) }
        kids = (fields["kids"] ?? "").split(separator: " ").map { JobID(trusted: String($0)) }
        need = number("need")
        open = number("open")
        met = number("met")
        fence = number("fence")
        began = number("began")
        attempts = number("attempts")
        deliveries = number("deliveries")
        self.leaseUntil = leaseUntil
        self.due = due
        isCancelling = fields["cancel"] != nil
        result = fields["result"]
        confidence = fields["confidence"].flatMap(Double.init)
        escalation = fields["escalation"]
        review = fields["review"]
        cause = fields["cause"]
        guidance = fields["guidance"]
        errors = (fields["errors"] ?? "").split(separator: "\n").count
    }
}

extension PartitionModel.Flow {
    /// Reads a flow's record; `nil` when there is none.
    init?(fields: [String: String]) {
        guard let open = fields["open"].flatMap(Int.init), let jobs = fields["jobs"] else { return nil }
        self.init(open: open, jobs: jobs.split(separator: " ").map { JobID(trusted: String($0)) })
        isSettled = fields["state"] == "settled"
        parked = Int(fields["parked"] ?? "0") ?? -1
        if let id = fields["notify"], let line = fields["notify-policy"].flatMap(PolicyLine.init) {
            notify = PartitionModel.Notify(id: JobID(trusted: id), line: line, input: fields["notify-input"] ?? "")
        }
    }
}

extension PartitionModel.Escalation {
    /// Reads an escalation's record; `nil` when there is none.
    init?(fields: [String: String]) {
        guard let job = fields["job"], let state = fields["state"].flatMap(EscalationState.init),
            let version = fields["version"].flatMap(Int.init), let reason = fields["reason"].flatMap(ReviewReason.init)
        else { return nil }
        self.init(job: JobID(trusted: job), state: state, version: version, reason: reason)
        resolution = fields["resolution"]
        assignee = fields["assignee"]
        claimedUntil = Int(fields["claimed-until"] ?? "0") ?? -1
        isBlocking = fields["blocks"] != "0"
        value = fields["value"]
        designee = fields["designee"]
        due = fields["due"].map { Int($0) ?? -1 }
        tier = Int(fields["tier"] ?? "1") ?? -1
        comments = (fields["comments"] ?? "").split(separator: "\n").count
    }
}

extension PartitionModel {
    /// How many jobs of a flow have completed, died and been cancelled.
    func ends(of flow: JobID) -> [Int?] {
        let states = (flows[flow]?.jobs ?? []).compactMap { jobs[$0]?.state }
        return [JobState.completed, .dead, .cancelled].map { state in states.count { $0 == state } }
    }

    /// Whether a job's record is to expire, as `PTTL` says it: 0 that it is, -1 that it stays, -2 that it is gone.
    func hasLife(_ id: JobID) -> Int {
        guard let job = jobs[id] else { return -2 }
        let mayExpire = job.flow.map { flows[$0]?.isSettled == true } ?? (job.state.isTerminal && !isSampled(job))
        return mayExpire && !dead.contains(id) ? 0 : -1
    }
}
