/// The specification of one partition: every job, flow and escalation in it, as plain values, and one `mutating func`
/// per function of the Redis library.
///
/// The model is what the functions must do; it knows nothing of streams, hashes or clocks. A test drives random
/// histories through both and compares every answer and every record. Legal transitions stand in ``JobState`` and
/// ``EscalationState``; the model stops at one that is not among them.
package struct PartitionModel: Equatable, Sendable {
    /// A job's record.
    package struct Job: Equatable, Sendable {
        package var state: JobState
        package var line: PolicyLine
        package var input: String
        package var flow: JobID?
        package var kids: [JobID] = []
        package var need = 0
        package var open = 0
        package var met = 0
        package var fence = 0
        package var began = 0
        package var attempts = 0
        package var deliveries = 0
        package var leaseUntil: Int?
        package var due: Int?
        package var isCancelling = false
        package var result: String?
        package var confidence: Double?
        package var escalation: String?
        package var review: String?
        package var cause: String?
        package var guidance: String?
        package var errors = 0
    }

    /// A flow's record.
    package struct Flow: Equatable, Sendable {
        package var isSettled = false
        package var open: Int
        package var parked = 0
        package var jobs: [JobID]
        package var notify: Notify?
    }

    /// The job that waits beside a flow until it has settled.
    package struct Notify: Equatable, Sendable {
        package var id: JobID
        package var line: PolicyLine
        package var input: String

        package init(id: JobID, line: PolicyLine, input: String) {
            self.id = id
            self.line = line
            self.input = input
        }
    }

    /// An escalation's record.
    package struct Escalation: Equatable, Sendable {
        package var job: JobID
        package var state: EscalationState = .open
        package var version = 1
        package var reason: ReviewReason
        package var isBlocking = true
        package var resolution: String?
        package var value: String?
        package var assignee: String?
        package var claimedUntil = 0
        package var designee: String?
        package var due: Int?
        package var tier = 1
        package var comments = 0
    }

    /// An entry of a lane: it names a job, and is void when that job does not stand ready in the lane when it is read.
    struct Entry: Equatable, Sendable {
        var id: JobID
    }

    /// A lane of a queue.
    package struct LaneName: Hashable, Sendable {
        package var queue: QueueName
        package var lane: Lane

        init(_ line: PolicyLine) {
            self.init(queue: line.queue, lane: line.policy.lane)
        }

        init(queue: QueueName, lane: Lane) {
            self.queue = queue
            self.lane = lane
        }
    }

    package internal(set) var jobs: [JobID: Job] = [:]
    package internal(set) var flows: [JobID: Flow] = [:]
    package internal(set) var escalations: [String: Escalation] = [:]
    /// What the stream of changes has told of each escalation, in order.
    package internal(set) var told: [String: [String]] = [:]
    /// The jobs as they were before the decisions that can be undone, by escalation.
    var undecided: [String: Job] = [:]
    package internal(set) var dead: Set<JobID> = []
    package internal(set) var paused: Set<QueueName> = []
    /// The fence of the last delivery; `nil` before the first, which takes the one after the time in milliseconds.
    package internal(set) var lastFence: Int?
    var lanes: [LaneName: [Entry]] = [:]
    var idempotency: [String: (id: JobID, until: Int)] = [:]

    /// An empty partition.
    package init() {}

    package static func == (a: PartitionModel, b: PartitionModel) -> Bool {
        a.jobs == b.jobs && a.flows == b.flows && a.escalations == b.escalations && a.dead == b.dead
            && a.paused == b.paused && a.lastFence == b.lastFence && a.lanes == b.lanes
    }

    // MARK: Transitions that several functions share

    /// Moves a job, and stops at a transition that the state machine does not have.
    mutating func move(_ id: JobID, to state: JobState) {
        guard let from = jobs[id]?.state else { return }
        precondition(from.successors.contains(state), "job \(id): \(from) -> \(state) is no transition")
        jobs[id]?.state = state
    }

    mutating func pushReady(_ id: JobID) {
        guard let line = jobs[id]?.line else { return }
        lanes[LaneName(line), default: []].append(Entry(id: id))
    }

    mutating func makeReady(_ id: JobID) {
        move(id, to: .ready)
        pushReady(id)
    }

    /// The delivery is over: nobody holds a lease of the job any more.
    mutating func endDelivery(_ id: JobID) { jobs[id]?.leaseUntil = nil }

    /// A job reaches a terminal state; its dependents hear of it, and its flow settles when it was the last one.
    mutating func end(_ id: JobID, _ state: JobState, cause: String? = nil) {
        move(id, to: state)
        guard let job = jobs[id] else { return }
        if let cause { jobs[id]?.cause = cause }
        if state == .dead { dead.insert(id) }
        guard let flow = job.flow else {
            if state != .dead, job.line.policy.retention == .zero, !isSampled(job) { jobs[id] = nil }
            return
        }
        for kid in job.kids { parentEnded(kid, completed: state == .completed) }
        flows[flow]?.open -= 1
        if flows[flow]?.open == 0 { settle(flow) }
    }

    private mutating func parentEnded(_ id: JobID, completed: Bool) {
        guard var job = jobs[id], job.state == .waiting else { return }
        job.open -= 1
        if completed { job.met += 1 }
        jobs[id] = job
        if job.met >= job.need {
            makeReady(id)
        } else if job.met + job.open < job.need {
            end(id, .cancelled, cause: "upstream")
        }
    }

    private mutating func settle(_ flow: JobID) {
        flows[flow]?.isSettled = true
        if let notify = flows[flow]?.notify?.id, jobs[notify]?.state == .waiting { makeReady(notify) }
    }

    mutating func escalate(_ id: JobID, _ reason: ReviewReason) {
        guard let job = jobs[id] else { return }
        move(id, to: .escalated)
        open(id, job, reason)
        if let flow = job.flow { flows[flow]?.parked += 1 }
    }

    /// A confident result is accepted, and looked at later.
    mutating func sample(_ id: JobID) {
        guard let job = jobs[id] else { return }
        open(id, job, .auditSample)
        end(id, .completed)
    }

    private mutating func open(_ id: JobID, _ job: Job, _ reason: ReviewReason) {
        let escalation = "esc-\(job.fence)-\(id)"
        jobs[id]?.escalation = escalation
        escalations[escalation] = Escalation(job: id, reason: reason)
        escalations[escalation]?.isBlocking = reason != .auditSample
        told[escalation] = ["opened"]
    }

    /// Whether an audit sample of the job waits, which holds the record of a lone job.
    package func isSampled(_ job: Job) -> Bool {
        guard let escalation = job.escalation.flatMap({ escalations[$0] }), !escalation.isBlocking else { return false }
        return escalation.state == .open || escalation.state == .claimed
    }

    mutating func exhaust(_ id: JobID, cause: String) {
        if jobs[id]?.line.policy.onExhausted == .escalate {
            escalate(id, .retriesExhausted)
            jobs[id]?.cause = cause
        } else {
            end(id, .dead, cause: cause)
        }
    }

    mutating func promoteDue(_ queue: QueueName, now: Int) {
        let due = jobs.filter {
            $0.value.line.queue == queue && $0.value.state == .scheduled && ($0.value.due ?? 0) <= now
        }
        for (id, _) in due.sorted(by: { ($0.value.due ?? 0, $0.key.rawValue) < ($1.value.due ?? 0, $1.key.rawValue) }) {
            jobs[id]?.due = nil
            makeReady(id)
        }
    }

    mutating func recoverExpired(now: Int) -> Int {
        let expired = jobs.filter { ($0.value.leaseUntil ?? .max) <= now }
            .sorted { ($0.value.leaseUntil ?? 0, $0.key.rawValue) < ($1.value.leaseUntil ?? 0, $1.key.rawValue) }
        for (id, job) in expired {
            endDelivery(id)
            if job.isCancelling {
                end(id, .cancelled, cause: "request")
            } else if job.deliveries >= job.line.policy.maximumDeliveries {
                exhaust(id, cause: "deliveries")
            } else {
                makeReady(id)
            }
        }
        return expired.count
    }
}
