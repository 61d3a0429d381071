import RedisClient

/// A job as `claim_jobs` hands it out.
struct ClaimedJob: Sendable {
    let id: JobID
    let fence: Int
    let attempt: Int
    let delivery: Int
    let line: PolicyLine
    let input: [UInt8]
    let flow: JobID?
    let guidance: String?

    init(reply: RedisReply, lines: inout PolicyLineCache) throws(JobQueueError) {
        guard let id = reply[0].string, let fence = reply[1].integer, let attempt = reply[2].integer,
            let delivery = reply[3].integer, let line = lines.line(reply[4]),
            let input = reply[5].bytes
        else { throw JobQueueError(.malformed, "claim_jobs answered a job of another form") }
        self.id = JobID(trusted: id)
        self.fence = fence
        self.attempt = attempt
        self.delivery = delivery
        self.line = line
        self.input = input
        flow = reply[6].string.flatMap { $0.isEmpty ? nil : JobID(trusted: $0) }
        guidance = reply[7].string.flatMap { $0.isEmpty ? nil : $0 }
    }
}
