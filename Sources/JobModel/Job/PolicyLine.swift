/// The form in which a job's queue, action and policy stand in its record: one line of thirteen words; `audit=RATE` where
/// results are sampled; and the time of enqueue, which the server adds.
package struct PolicyLine: Hashable, Sendable {
    /// The queue of the job.
    package var queue: QueueName
    /// The action that it asks for.
    package var action: String
    /// Its policy.
    package var policy: JobPolicy
    /// Server time of its enqueue in milliseconds since 1970; `nil` before.
    package var createdMilliseconds: Int?

    /// Combines the parts.
    package init(queue: QueueName, action: String, policy: JobPolicy, createdMilliseconds: Int? = nil) {
        self.queue = queue
        self.action = action
        self.policy = policy
        self.createdMilliseconds = createdMilliseconds
    }

    private static let auditMark = "audit="

    /// The words without the time, as `enqueue_jobs` takes them.
    package var encoded: String {
        let p = policy
        let audit = p.auditRate > 0 ? " \(Self.auditMark)\(p.auditRate)" : ""
        return
            "\(queue) \(p.lane.rawValue) \(action) \(p.confidenceThreshold) \(p.retention.wholeMilliseconds) \(p.maximumAttempts) \(p.maximumDeliveries) \(p.backoff.baseMilliseconds) \(p.backoff.factor) \(p.backoff.capMilliseconds) \(p.backoff.jitter) \(p.timeout?.wholeMilliseconds ?? 0) \(p.onExhausted.rawValue)\(audit)"
    }

    /// Reads the line of a record; `nil` when it is none.
    package init?(_ line: String) {
        var words = line.split(separator: " ")
        var auditRate = 0.0
        if words.count > 13, words[13].hasPrefix(Self.auditMark) {
            guard let rate = Double(words.remove(at: 13).dropFirst(Self.auditMark.count)) else { return nil }
            auditRate = rate
        }
        guard words.count == 13 || words.count == 14, let lane = Lane(rawValue: String(words[1])),
            let threshold = Double(words[3]), let retention = Int(words[4]), let attempts = Int(words[5]),
            let deliveries = Int(words[6]), let base = Int(words[7]), let factor = Double(words[8]),
            let cap = Int(words[9]), let jitter = Double(words[10]), let timeout = Int(words[11]),
            let exhaustion = JobPolicy.Exhaustion(rawValue: String(words[12]))
        else { return nil }
        queue = QueueName(trusted: String(words[0]))
        action = String(words[2])
        policy = JobPolicy(
            lane: lane,
            confidenceThreshold: threshold,
            retention: .milliseconds(retention),
            maximumAttempts: attempts,
            maximumDeliveries: deliveries,
            backoff: Backoff(
                base: .milliseconds(base),
                factor: factor,
                cap: .milliseconds(cap),
                jitter: jitter
            ),
            timeout: timeout == 0 ? nil : .milliseconds(timeout),
            onExhausted: exhaustion,
            auditRate: auditRate
        )
        createdMilliseconds = words.count == 14 ? Int(words[13]) : nil
    }
}
