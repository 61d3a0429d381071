package import JobModel
import JobQueue

/// The next thing that the policy does with one escalation: pure, so that any orchestrator comes to the same answer.
///
///     due time passed ── tiers left? ──yes──> handed_on, due again after dueAfter
///                             └─no─> remind, then every remindEvery │ approve │ reject
///
/// Tiers count for every measure but `remind`. An audit sample is never decided by the policy: its verdict is a
/// measurement, and only a person's is one. What has no result is never approved; its reviewers are reminded.
package struct OverdueLadder: Sendable {
    /// What the ladder looks at.
    package struct Item: Sendable, Hashable {
        /// Why a person is asked.
        package var reason: ReviewReason
        /// Whether nobody holds it; whoever holds it is at work on it.
        package var isOpen: Bool
        /// Whether there is a result to approve.
        package var hasResult: Bool
        /// When a decision was due, server time.
        package var dueMilliseconds: Int?
        /// Whom it waits for, from 1.
        package var tier: Int
        /// When the reviewers of this tier were last reminded, server time.
        package var remindedMilliseconds: Int?

        /// Combines the parts.
        package init(
            reason: ReviewReason,
            isOpen: Bool = true,
            hasResult: Bool = true,
            dueMilliseconds: Int?,
            tier: Int = 1,
            remindedMilliseconds: Int? = nil
        ) {
            self.reason = reason
            self.isOpen = isOpen
            self.hasResult = hasResult
            self.dueMilliseconds = dueMilliseconds
            self.tier = tier
            self.remindedMilliseconds = remindedMilliseconds
        }
    }

    /// One step of the ladder.
    package enum Step: Sendable, Hashable {
        /// Nothing is to be done yet, or ever.
        case wait
        /// The reviewers are reminded.
        case remind
        /// It goes to a tier, which has until a time.
        case handOn(tier: Int, dueMilliseconds: Int)
        /// It is decided.
        case decide(Decision)
    }

    /// The policy.
    package let policy: ReviewPolicy

    /// The ladder of a policy.
    package init(_ policy: ReviewPolicy) { self.policy = policy }

    /// What is to be done at a time of the server.
    package func step(of item: Item, nowMilliseconds now: Int) -> Step {
        let rules = policy[item.reason]
        guard item.isOpen, let due = item.dueMilliseconds, due <= now else { return .wait }
        if rules.whenOverdue != .remind, item.tier < rules.tiers.count, let time = rules.dueAfter {
            return .handOn(tier: item.tier + 1, dueMilliseconds: now + time.wholeMilliseconds)
        }
        switch rules.whenOverdue {
        case .approve where item.hasResult && item.reason != .auditSample: return .decide(.approve)
        case .reject where item.reason != .auditSample: return .decide(.reject)
        case .remind, .nextTier, .approve, .reject: return reminder(item, rules, due, now)
        }
    }

    private func reminder(_ item: Item, _ rules: ReviewPolicy.Rules, _ due: Int, _ now: Int) -> Step {
        guard let last = item.remindedMilliseconds, last >= due else { return .remind }
        guard let pause = rules.remindEvery else { return .wait }
        return last + pause.wholeMilliseconds <= now ? .remind : .wait
    }
}
