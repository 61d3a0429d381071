/// Which escalations to list, in which order.
public struct EscalationFilter: Sendable, Hashable {
    /// What the list is ordered by; the id decides between equals.
    public enum Sort: String, Sendable, CaseIterable {
        /// When they were opened.
        case opened
        /// When they should be decided; those without a due time come last in either direction.
        case due
        /// How sure the actions were of their results.
        case confidence
        /// When they were decided or have expired; those that wait come last in either direction.
        case decided
    }

    /// The states to list; a claim whose lease has run out counts as open.
    public var states: Set<EscalationState>
    /// The reasons to list; empty for all.
    public var reasons: Set<ReviewReason>
    /// The queues to list; empty for all.
    public var queues: Set<QueueName>
    /// Only those of this flow (operation).
    public var flow: JobID?
    /// Only those that this reviewer holds.
    public var assignee: String?
    /// Only those that this reviewer should decide.
    public var designee: String?
    /// Only those that hold up their job, or only audit samples; `nil` for both.
    public var isBlocking: Bool?
    /// Only those whose due time has passed.
    public var overdueOnly: Bool
    /// The order.
    public var sort: Sort
    /// Whether the smallest comes first: the oldest, the most urgent, the least sure.
    public var isAscending: Bool
    /// How many at most, 1 to 1000.
    public var limit: Int
    /// Where the page before ended, as it was answered.
    public var cursor: String?

    /// Those that wait, oldest first, a hundred.
    public init(
        states: Set<EscalationState> = [.open, .claimed],
        reasons: Set<ReviewReason> = [],
        queues: Set<QueueName> = [],
        flow: JobID? = nil,
        assignee: String? = nil,
        designee: String? = nil,
        isBlocking: Bool? = nil,
        overdueOnly: Bool = false,
        sort: Sort = .opened,
        isAscending: Bool = true,
        limit: Int = 100,
        cursor: String? = nil
    ) {
        self.states = states
        self.reasons = reasons
        self.queues = queues
        self.flow = flow
        self.assignee = assignee
        self.designee = designee
        self.isBlocking = isBlocking
        self.overdueOnly = overdueOnly
        self.sort = sort
        self.isAscending = isAscending
        self.limit = limit
        self.cursor = cursor
    }

    /// Whether an escalation is wanted at a time of the server.
    func admits(_ escalation: EscalationSnapshot, atMilliseconds now: Int) -> Bool {
        states.contains(escalation.state)
            && (reasons.isEmpty || reasons.contains(escalation.reason))
            && (queues.isEmpty || queues.contains(escalation.queue))
            && (flow == nil || escalation.flow == flow)
            && (assignee == nil || escalation.assignee == assignee)
            && (designee == nil || escalation.designee == designee)
            && (isBlocking == nil || escalation.isBlocking == isBlocking)
            && (!overdueOnly || escalation.isOverdue(atMilliseconds: now))
    }

    /// The indexes that hold what is wanted.
    var indexes: [String] {
        var indexes: [String] = []
        if !states.isDisjoint(with: [.open, .claimed]) {
            if overdueOnly { return ["due"] }
            if isBlocking != false { indexes.append("escalated") }
            if isBlocking != true { indexes.append("samples") }
        }
        if !overdueOnly, !states.isDisjoint(with: [.resolved, .expired]) { indexes.append("resolved") }
        return indexes
    }
}
