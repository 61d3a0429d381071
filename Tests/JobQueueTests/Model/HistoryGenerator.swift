@testable import JobModel

/// Draws the events of a history: mostly what makes sense in the state that the model is in, and now and then what a
/// late, lost, repeating or mistaken caller would do.
///
/// Each history has likings of its own, because rare states need many events of one kind and few of the others
/// ("swarm testing", Groce et al., ISSTA 2012).
///
/// Every choice goes through arrays in a fixed order, never through the order of a dictionary, so that one seed always
/// makes one history.
struct HistoryGenerator {
    static let queues: [QueueName] = ["q1", "q2"]

    /// An id that nothing has.
    private static let unknown = JobID(trusted: "j0:unknown")

    var random: SplitMix64
    /// Every id that was ever used, in the order of its first use.
    var ids: [JobID] = []
    var flows: [JobID] = []
    /// Deliveries that may still count; those that are found to be over move to `past`.
    private var current: [HistoryEvent.Delivery] = []
    private var past: [HistoryEvent.Delivery] = []
    private var made = 0
    private var weights: [(kind: Kind, weight: Int)] = []
    private var failurePercent: Int

    /// The kinds of events, with their usual share.
    private enum Kind: Int, CaseIterable {
        case enqueue = 13
        case flow = 5
        case claim = 18
        case heartbeat = 11
        case settle = 22
        case cancel = 4
        case cancelFlow = 1
        case pause = 3
        case decide = 7
        case review = 6
        case undo = 10
        case retryFlow = 8
        case bury = 2
        case time = 12
    }

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        failurePercent = random.one(of: 30, 30, 30, 75)
        for kind in Kind.allCases { weights.append((kind, kind.rawValue * random.one(of: 1, 2, 2, 2, 5))) }
    }

    /// Notes what a claim handed out.
    mutating func remember(_ deliveries: [HistoryEvent.Delivery]) { current += deliveries }

    /// The next event.
    mutating func next(_ model: PartitionModel, now: Int) -> HistoryEvent {
        switch kind() {
        case .enqueue: enqueue(model)
        case .flow: enqueueFlow(model)
        case .claim: claim()
        case .heartbeat: heartbeat(model)
        case .settle: settle(model)
        case .cancel: .cancel(someIDs(atMost: 2))
        case .cancelFlow: .cancelFlow(random.one(of: flows) ?? Self.unknown)
        case .pause: .setPaused(random.happens(percent: 40), queue())
        case .decide: decide(model)
        case .review: review(model)
        case .undo: undo(model)
        case .retryFlow: retryFlow(model)
        case .bury: deadLetters(model)
        case .time: .timePasses(milliseconds: max(0, instant(model, now: now) - now))
        }
    }

    private mutating func kind() -> Kind {
        var place = random.number(1...weights.reduce(0) { $0 + $1.weight })
        for (kind, weight) in weights {
            place -= weight
            if place <= 0 { return kind }
        }
        return .claim
    }

    mutating func queue() -> QueueName { random.one(of: "q1", "q1", "q2") }

    mutating func freshID() -> JobID {
        made += 1
        return JobID(trusted: "j\(made)")
    }

    mutating func freshFlow() -> JobID {
        made += 1
        return JobID(trusted: "f\(made)")
    }

    private mutating func claim() -> HistoryEvent {
        .claim(
            queue(),
            slots: random.number(1...12),
            lease: lease(),
            weights: random.one(
                of: .standard,
                LaneWeights(high: 1, normal: 1, low: 1),
                LaneWeights(high: 2, normal: 5, low: 3)
            )
        )
    }

    private mutating func lease() -> Int { random.one(of: 1000, 2000, 5000) }

    private mutating func heartbeat(_ model: PartitionModel) -> HistoryEvent {
        var held: [HistoryEvent.Delivery] = []
        retire(model)
        for delivery in current where random.happens(percent: 60) { held.append(delivery) }
        for _ in 0..<random.number(0...2) {
            if let delivery = strange(), !held.contains(where: { $0.id == delivery.id }) { held.append(delivery) }
        }
        return .heartbeat(held, queue: queue(), lease: lease(), isLast: random.happens(percent: 10))
    }

    private mutating func settle(_ model: PartitionModel) -> HistoryEvent {
        retire(model)
        let reports = (1...random.one(of: 1, 1, 2, 4)).compactMap { _ -> HistoryEvent.Report? in
            let isStrange = current.isEmpty || random.happens(percent: 20)
            guard let delivery = isStrange ? strange() : random.one(of: current) else { return nil }
            return HistoryEvent.Report(delivery: delivery, verdict: verdict())
        }
        return reports.isEmpty ? claim() : .settle(reports)
    }

    private mutating func verdict() -> PartitionModel.Verdict {
        if random.happens(percent: failurePercent) {
            let wanted: Int? = random.happens(percent: 30) ? random.one(of: 0, 1, 700, 20_000) : nil
            let chance = Double(random.number(0...999_999)) / 1_000_000
            return .failed(isRetryable: random.happens(percent: 85), random: chance, wantedDelay: wanted)
        }
        switch random.number(1...10) {
        case 1: return .released
        case 2: return .cancelled
        default:
            let confidence = random.one(of: 0, 0.49, 0.5, 0.7, 0.71, 1, Double(random.number(0...1000)) / 1000)
            let review: ReviewReason? =
                random.happens(percent: 15) ? random.one(of: .approvalRequired, .validationFailed, .auditSample) : nil
            return .completed(result: #"{"r":\#(random.number(1...999))}"#, confidence: confidence, review: review)
        }
    }

    /// A delivery that is over, or that never was.
    private mutating func strange() -> HistoryEvent.Delivery? {
        if let old = random.one(of: past), random.happens(percent: 70) { return old }
        guard var other = random.one(of: current + past) else { return nil }
        if random.happens(percent: 80) {
            other.fence += random.one(of: -1, 1, 2)
        } else {
            other.id = Self.unknown
        }
        return other
    }

    /// Takes the deliveries that are over out of those that may still count.
    private mutating func retire(_ model: PartitionModel) {
        let isOver = { (delivery: HistoryEvent.Delivery) in
            guard let job = model.jobs[delivery.id] else { return true }
            return job.state != .running || job.fence != delivery.fence
        }
        past += current.filter(isOver)
        past.removeFirst(max(0, past.count - 40))
        current.removeAll(where: isOver)
    }

    private mutating func decide(_ model: PartitionModel) -> HistoryEvent {
        guard let (id, version) = escalation(model) else { return claim() }
        let decision: Decision =
            switch random.number(1...10) {
            case 1...3: .approve
            case 4...5: .reject
            case 6...7: .override(["r": .integer(random.number(1...99))])
            default:
                .retry(
                    parameters: random.one(of: nil, ["n": .integer(random.number(1...99))]),
                    guidance: random.one(of: nil, "", "look twice")
                )
            }
        return .decide(id, version: version, decision, reviewer: random.one(of: "ann", "bob"))
    }

    /// Whatever a reviewer does to an escalation beside deciding it.
    private mutating func review(_ model: PartitionModel) -> HistoryEvent {
        guard let (id, version) = escalation(model) else { return claim() }
        switch random.number(1...8) {
        case 1: return .assign(id, version: version, to: random.one(of: nil, "ann", "bob"))
        case 2:
            return .remind(
                id,
                version: version,
                due: random.one(of: nil, 1_700_000_000_000 + random.number(0...99_999)),
                tier: random.one(of: nil, 1, 2),
                random.one(of: .dueSet, .reminded, .handedOn)
            )
        case 3: return .comment(id)
        default:
            return .claimEscalation(
                id,
                version: version,
                reviewer: random.one(of: "ann", "bob"),
                lease: random.one(of: 0, 500, 3000, 30_000)
            )
        }
    }

    /// Mostly of a decision that was made.
    private mutating func undo(_ model: PartitionModel) -> HistoryEvent {
        let decided = model.escalations.keys.sorted().filter { model.escalations[$0]?.state == .resolved }
        guard let id = random.one(of: Array(decided.suffix(4))), random.happens(percent: 90) else {
            guard let (id, version) = escalation(model) else { return claim() }
            return .undo(id, version: version)
        }
        let version = model.escalations[id]?.version ?? 1
        return .undo(id, version: random.happens(percent: 90) ? version : version + random.one(of: -1, 1))
    }

    /// Mostly of a flow that has settled.
    private mutating func retryFlow(_ model: PartitionModel) -> HistoryEvent {
        let settled = flows.filter { model.flows[$0]?.isSettled == true }
        let id = random.happens(percent: 85) ? random.one(of: settled) : random.one(of: flows)
        return .retryFlow(id ?? Self.unknown)
    }

    /// An escalation, mostly one that is not decided, and a version of it, mostly the current one.
    private mutating func escalation(_ model: PartitionModel) -> (String, Int)? {
        let all = model.escalations.keys.sorted()
        let open = all.filter { [.open, .claimed].contains(model.escalations[$0]?.state) }
        if random.happens(percent: 3) { return ("esc-1-unknown", 1) }
        guard let id = random.happens(percent: 85) ? random.one(of: open) : random.one(of: all) else { return nil }
        let version = model.escalations[id]?.version ?? 1
        return (id, random.happens(percent: 80) ? version : version + random.one(of: -1, 1))
    }

    private mutating func deadLetters(_ model: PartitionModel) -> HistoryEvent {
        let dead = model.dead.map(\.rawValue).sorted().map { JobID(trusted: $0) }
        let letters = random.one(of: dead).map { [$0] } ?? []
        let others = random.happens(percent: 30) ? someIDs(atMost: 1) : []
        return .deadLetters(letters + others, retry: random.happens(percent: 65))
    }

    private mutating func someIDs(atMost count: Int) -> [JobID] {
        if random.happens(percent: 5) { return [Self.unknown] }
        return (0..<random.number(1...count)).compactMap { _ in random.one(of: ids) }
    }

    /// The instant to which time moves on: soon, exactly when something falls due, or long past everything.
    private mutating func instant(_ model: PartitionModel, now: Int) -> Int {
        switch random.number(1...100) {
        case 1...25: return now + random.number(1...300)
        case 26...50: return now + random.number(300...3000)
        case 51...85:
            let due = instants(model).filter { $0 > now }
            return (random.one(of: due) ?? now) + random.one(of: 0, 0, 0, -1, 1)
        case 86...95: return now + random.number(5000...20_000)
        default: return now + random.number(60_000...120_000)
        }
    }

    /// When a lease runs out, a job becomes due, a time limit passes or a reviewer's claim ends.
    private func instants(_ model: PartitionModel) -> [Int] {
        var instants: Set<Int> = []
        for case let job? in ids.map({ model.jobs[$0] }) {
            if let due = job.due { instants.insert(due) }
            guard let lease = job.leaseUntil else { continue }
            instants.insert(lease)
            if let limit = job.line.policy.timeout?.wholeMilliseconds {
                for lease in [0, 1000, 2000, 5000] { instants.insert(job.began + limit + lease) }
            }
        }
        for escalation in model.escalations.values where escalation.state == .claimed {
            instants.insert(escalation.claimedUntil)
        }
        return instants.sorted()
    }
}
