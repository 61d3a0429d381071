package import JobModel

/// What happens to escalations that nobody decides in time.
package struct ReviewPolicy: Sendable, Hashable {
    /// What is done when an escalation is overdue.
    package enum Measure: String, Sendable, Hashable, CaseIterable {
        /// The reviewers are reminded.
        case remind
        /// It goes to the next tier; at the last one, the reviewers are reminded.
        case nextTier = "next_tier"
        /// It is approved, after the last tier had its time.
        case approve
        /// It is rejected, after the last tier had its time.
        case reject
    }

    /// The rules for one reason of review.
    package struct Rules: Sendable, Hashable {
        /// The time that each tier has; `nil` for no limit.
        package var dueAfter: Duration?
        /// The time between two reminders of an overdue escalation; `nil` for one reminder.
        package var remindEvery: Duration?
        /// The groups of reviewers, in the order in which they are asked; at least one is always meant.
        package var tiers: [String]
        /// What is done when the time has passed.
        package var whenOverdue: Measure

        /// A day, a reminder a day, one tier.
        package init(
            dueAfter: Duration? = .seconds(86_400),
            remindEvery: Duration? = .seconds(86_400),
            tiers: [String] = [],
            whenOverdue: Measure = .remind
        ) {
            self.dueAfter = dueAfter
            self.remindEvery = remindEvery
            self.tiers = tiers
            self.whenOverdue = whenOverdue
        }

        /// The name of a tier, from 1; `nil` where the tiers have no names.
        package func tierName(_ tier: Int) -> String? {
            tiers.indices.contains(tier - 1) ? tiers[tier - 1] : nil
        }
    }

    /// The rules of the reasons that have none of their own.
    package var standard: Rules
    /// The rules of single reasons.
    package var exceptions: [ReviewReason: Rules]

    /// Combines the rules.
    package init(standard: Rules = Rules(), exceptions: [ReviewReason: Rules] = [:]) {
        self.standard = standard
        self.exceptions = exceptions
    }

    /// The rules for a reason.
    package subscript(reason: ReviewReason) -> Rules { exceptions[reason] ?? standard }

    /// The reviewer in whose name the policy acts; no person may use it.
    package static let reviewer = "policy"
}
