@testable import JobModel

extension HistoryGenerator {
    /// One to four jobs; a caller that resends may name ids and keys that are known, or were once.
    mutating func enqueue(_ model: PartitionModel) -> HistoryEvent {
        let verify = random.happens(percent: 40)
        let drafts = (1...random.number(1...4)).map { _ -> HistoryEvent.Draft in
            var known: JobID?
            if verify, random.happens(percent: 50) {
                let gone = ids.filter { model.jobs[$0] == nil }
                known = random.happens(percent: 50) ? random.one(of: gone) : random.one(of: ids)
            }
            let id = known ?? freshID()
            if known == nil { ids.append(id) }
            return HistoryEvent.Draft(
                id: id,
                line: line(),
                input: #"{"n":\#(random.number(1...99))}"#,
                delay: random.happens(percent: 25) ? random.one(of: 1, 500, 3000, 30_000) : 0,
                key: random.happens(percent: 25) ? "k\(random.number(0...9))" : nil
            )
        }
        return .enqueue(drafts, verify: verify)
    }

    /// A DAG of one to eight steps, sometimes one that exists.
    mutating func enqueueFlow(_ model: PartitionModel) -> HistoryEvent {
        let known = random.happens(percent: 10) ? random.one(of: flows) : nil
        let flow = known ?? freshFlow()
        var steps: [PartitionModel.Step] = []
        for number in 1...random.number(1...8) {
            let parents = steps.map(\.id).filter { _ in random.happens(percent: 35) }.suffix(4)
            let fanIn: FanIn = random.one(of: .all, .any, .atLeast(random.number(1...max(1, parents.count))))
            steps.append(
                PartitionModel.Step(
                    id: JobID(trusted: "\(flow):E\(number)"),
                    line: line(),
                    input: #"{"n":\#(number)}"#,
                    need: fanIn.need(parents: parents.count) ?? 0,
                    parents: Array(parents)
                )
            )
        }
        var notify: PartitionModel.Notify?
        if random.happens(percent: 50) {
            notify = PartitionModel.Notify(id: JobID(trusted: "\(flow):settled"), line: line(), input: "{}")
        }
        if known == nil {
            flows.append(flow)
            ids += steps.map(\.id) + (notify.map { [$0.id] } ?? [])
        }
        return .enqueueFlow(HistoryEvent.FlowDraft(id: flow, steps: steps, notify: notify))
    }

    /// A queue, an action and a policy; every field takes its boundary values.
    private mutating func line() -> PolicyLine {
        PolicyLine(
            queue: queue(),
            action: random.one(of: "download", "validate"),
            policy: JobPolicy(
                lane: random.one(of: .high, .normal, .normal, .low),
                confidenceThreshold: random.one(of: 0, 0.5, 0.7, 1),
                retention: .milliseconds(random.one(of: 0, HistoryEvent.retention)),
                maximumAttempts: random.one(of: 1, 2, 3, 15),
                maximumDeliveries: random.number(1...4),
                backoff: backoff(),
                timeout: random.happens(percent: 40) ? .milliseconds(random.one(of: 1, 1500, 8000)) : nil,
                onExhausted: random.one(of: .dead, .escalate),
                auditRate: random.one(of: 0, 0, 0.05)
            )
        )
    }

    private mutating func backoff() -> Backoff {
        random.one(
            of: .none,
            Backoff(base: .milliseconds(10), factor: 1.5, cap: .milliseconds(20), jitter: 1),
            Backoff(base: .milliseconds(300), factor: 9.7, cap: .seconds(2), jitter: 0.35),
            .standard
        )
    }
}
