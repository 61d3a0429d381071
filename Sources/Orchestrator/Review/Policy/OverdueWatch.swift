import JobModel
import JobQueue
import Logging

/// Carries out the policy: looks for escalations whose time has passed, and takes the next step of the ladder with each.
///
/// Any number of orchestrators do so at once: each step names the version that it was decided on, so that one of them
/// takes it and the others find it taken. Times are the server's.
struct OverdueWatch: Sendable {
    let reviews: Reviews
    let logger: Logger
    /// How often it looks.
    let interval: Duration

    private var queue: JobQueue { reviews.operations.queue }

    /// Looks until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await look()
            } catch {
                if Task.isCancelled { return }
                logger.warning("looking for overdue escalations failed", metadata: ["error": "\(error)"])
            }
            do {
                try await Task.sleep(for: interval)
            } catch {
                return  // Cancelled: the process stops.
            }
        }
    }

    /// Gives a new escalation its due time; one that is decided or claimed by now keeps what it has.
    func setDue(_ escalation: EscalationSnapshot) async throws {
        let rules = reviews.policy[escalation.reason]
        guard let time = rules.dueAfter, escalation.dueMilliseconds == nil, escalation.state == .open else { return }
        try await apply(escalation) {
            _ = try await queue.setEscalationDue(
                escalation.id,
                version: escalation.version,
                due: escalation.openedMilliseconds + time.wholeMilliseconds,
                tier: nil,
                event: .dueSet,
                by: ""
            )
        }
    }

    /// Takes one step with everything that is overdue; returns how many steps it took itself.
    @discardableResult
    func look() async throws -> Int {
        var taken = 0
        var filter = EscalationFilter(states: [.open], overdueOnly: true, sort: .due, limit: 500)
        repeat {
            let page = try await queue.escalations(matching: filter)
            for escalation in page.escalations where try await takeStep(escalation) { taken += 1 }
            filter.cursor = page.next
        } while filter.cursor != nil
        return taken
    }

    private func takeStep(_ escalation: EscalationSnapshot) async throws -> Bool {
        let now = try await queue.serverMilliseconds(queue.partition(of: escalation.job))
        switch OverdueLadder(reviews.policy).step(of: OverdueLadder.Item(escalation), nowMilliseconds: now) {
        case .wait: return false
        case .remind:
            return try await apply(escalation) {
                _ = try await queue.setEscalationDue(
                    escalation.id,
                    version: escalation.version,
                    due: escalation.dueMilliseconds,
                    tier: nil,
                    event: .reminded,
                    by: ReviewPolicy.reviewer
                )
            }
        case .handOn(let tier, let due):
            return try await apply(escalation) {
                _ = try await queue.setEscalationDue(
                    escalation.id,
                    version: escalation.version,
                    due: due,
                    tier: tier,
                    event: .handedOn,
                    by: ReviewPolicy.reviewer
                )
            }
        case .decide(let decision):
            return try await apply(escalation) {
                _ = try await queue.decide(
                    escalation.id,
                    decision,
                    version: escalation.version,
                    reviewer: ReviewPolicy.reviewer,
                    comment: "nobody had decided when the time of tier \(escalation.tier) was over"
                )
            }
        }
    }

    /// Runs a change; one that somebody else was faster with is none of ours.
    @discardableResult
    private func apply(_ escalation: EscalationSnapshot, _ change: () async throws -> Void) async throws -> Bool {
        do {
            try await change()
            return true
        } catch let error as JobQueueError where error.code == .conflict || error.code == .notFound {
            logger.debug("an escalation changed first", metadata: ["escalation.id": "\(escalation.id)"])
            return false
        }
    }
}

extension OverdueLadder.Item {
    /// What the record says; reminders of earlier tiers do not count.
    init(_ escalation: EscalationSnapshot) {
        let lastHandOver = escalation.history.last { $0.event == DueEvent.handedOn.rawValue }?.version ?? 0
        let reminder = escalation.history.last {
            $0.event == DueEvent.reminded.rawValue && $0.version > lastHandOver
        }
        self.init(
            reason: escalation.reason,
            isOpen: escalation.state == .open,
            hasResult: escalation.reason != .retriesExhausted,
            dueMilliseconds: escalation.dueMilliseconds,
            tier: escalation.tier,
            remindedMilliseconds: reminder?.atMilliseconds
        )
    }
}
