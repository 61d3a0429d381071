extension PartitionModel {
    /// A job as it is handed out.
    package struct Claim: Equatable, Sendable {
        package var id: JobID
        package var fence: Int
        package var attempt: Int
        package var delivery: Int
        package var input: String
    }

    /// What `claim_jobs` answers.
    package struct Claiming: Equatable, Sendable {
        package var isPaused = false
        /// When to claim again: the due time of the next delayed job, or now when entries were left unread though slots
        /// stayed free; `nil` when only a new job can bring work.
        package var again: Int?
        package var claims: [Claim] = []

        package init() {}
    }

    /// `claim_jobs`.
    package mutating func claim(_ queue: QueueName, slots: Int, lease: Int, weights: LaneWeights, now: Int) -> Claiming
    {
        promoteDue(queue, now: now)
        var answer = Claiming()
        answer.again = jobs.values.lazy.filter { $0.line.queue == queue && $0.state == .scheduled }.compactMap(\.due)
            .min()
        guard !paused.contains(queue) else {
            answer.isPaused = true
            return answer
        }
        var claims: [Claim] = []
        let quotas = weights.quotas(first: (lastFence ?? now * 32) + 1, count: slots)
        var isDry = false
        for round in 1...8 {
            isDry = true
            for lane in Lane.allCases {
                let want = round == 1 ? quotas[lane] ?? 0 : slots - claims.count
                if want == 0 {
                    if round == 1 { isDry = false }
                    continue
                }
                let name = LaneName(queue: queue, lane: lane)
                let entries = lanes[name, default: []].prefix(want)
                lanes[name]?.removeFirst(entries.count)
                if entries.count == want { isDry = false }
                for entry in entries {
                    if let claim = handOut(entry.id, from: name, lease: lease, now: now) { claims.append(claim) }
                }
            }
            if claims.count >= slots || isDry { break }
        }
        if !isDry, claims.count < slots { answer.again = now }
        answer.claims = claims
        return answer
    }

    /// Hands out the job of an entry; `nil` when the entry is void: its job is not ready, or stands in another lane.
    private mutating func handOut(_ id: JobID, from lane: LaneName, lease: Int, now: Int) -> Claim? {
        guard var job = jobs[id], job.state == .ready, LaneName(job.line) == lane else { return nil }
        let fence = (lastFence ?? now * 32) + 1
        lastFence = fence
        move(id, to: .running)
        job.state = .running
        job.fence = fence
        job.began = now
        job.deliveries += 1
        job.leaseUntil = now + lease
        jobs[id] = job
        return Claim(
            id: id,
            fence: job.fence,
            attempt: job.attempts + 1,
            delivery: job.deliveries,
            input: job.input
        )
    }

    /// What a worker says of a delivery.
    package enum Verdict: Sendable {
        case completed(result: String, confidence: Double, review: ReviewReason?)
        case failed(isRetryable: Bool, random: Double, wantedDelay: Int?)
        case released
        case cancelled
    }

    /// `settle_jobs` of one outcome: the job's new state, `stale` or `unknown`.
    package mutating func settle(_ id: JobID, fence: Int, _ verdict: Verdict, now: Int) -> String {
        guard let job = jobs[id] else { return "unknown" }
        guard job.state == .running, job.fence == fence else { return "stale" }
        endDelivery(id)
        if job.isCancelling {
            end(id, .cancelled, cause: "request")
            return "cancelled"
        }
        switch verdict {
        case .cancelled:
            end(id, .cancelled, cause: "request")
            return "cancelled"
        case .released:
            jobs[id]?.deliveries -= 1
            makeReady(id)
            return "ready"
        case .completed(let result, let confidence, let review):
            jobs[id]?.result = result
            jobs[id]?.confidence = confidence
            if let review, review != .auditSample {
                escalate(id, review)
                return "escalated"
            }
            guard confidence >= job.line.policy.confidenceThreshold else {
                escalate(id, .lowConfidence)
                return "escalated"
            }
            if review == .auditSample { sample(id) } else { end(id, .completed) }
            return "completed"
        case .failed(let isRetryable, let random, let wantedDelay):
            return fail(id, job, isRetryable: isRetryable, random: random, wantedDelay: wantedDelay, now: now)
        }
    }

    private mutating func fail(
        _ id: JobID,
        _ job: Job,
        isRetryable: Bool,
        random: Double,
        wantedDelay: Int?,
        now: Int
    ) -> String {
        let attempts = job.attempts + 1
        jobs[id]?.attempts = attempts
        jobs[id]?.errors = min(10, job.errors + 1)
        let policy = job.line.policy
        guard isRetryable, attempts < policy.maximumAttempts else {
            exhaust(id, cause: isRetryable ? "attempts" : "error")
            return policy.onExhausted == .escalate ? "escalated" : "dead"
        }
        let delay = wantedDelay ?? policy.backoff.delay(afterAttempt: attempts, random: random)
        if delay > 0 {
            move(id, to: .scheduled)
            jobs[id]?.due = now + delay
            return "scheduled"
        }
        makeReady(id)
        return "ready"
    }

    /// What a heartbeat answers.
    package struct Beat: Equatable, Sendable {
        package var lost: Set<JobID> = []
        package var cancelled: Set<JobID> = []
        package var overdue: Set<JobID> = []
        package var recovered = 0

        package init() {}
    }

    /// `extend_leases`.
    package mutating func extend(_ held: [(id: JobID, fence: Int)], queue: QueueName, lease: Int, now: Int) -> Beat {
        var beat = Beat()
        for (id, fence) in held {
            guard let job = jobs[id], job.state == .running, job.fence == fence else {
                beat.lost.insert(id)
                continue
            }
            let limit = job.line.policy.timeout.map { job.began + $0.wholeMilliseconds }
            if let limit, now >= limit { beat.overdue.insert(id) }
            if let limit, now >= limit + lease { continue }
            if job.isCancelling { beat.cancelled.insert(id) }
            jobs[id]?.leaseUntil = now + lease
        }
        beat.recovered = recoverExpired(now: now)
        promoteDue(queue, now: now)
        return beat
    }
}
