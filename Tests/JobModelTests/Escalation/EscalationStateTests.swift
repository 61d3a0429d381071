import Testing

@testable import JobModel

@Suite struct EscalationStateTests {
    private static let table: [EscalationState: Set<EscalationState>] = [
        .open: [.claimed, .resolved, .expired], .claimed: [.open, .claimed, .resolved, .expired],
        .resolved: [.open], .expired: [],
    ]

    @Test(arguments: EscalationState.allCases)
    func `an escalation's states follow each other as the design says`(_ state: EscalationState) {
        #expect(state.successors == Self.table[state])
    }

    @Test(arguments: [
        (Decision.approve, "approve", "approved"), (.reject, "reject", "rejected"),
        (.override(1), "override", "overridden"), (.retry(parameters: nil, guidance: nil), "retry", "retried"),
    ])
    func `a decision has its word and its resolution`(_ decision: Decision, _ name: String, _ resolution: String) {
        #expect(decision.name == name && decision.resolution == resolution)
    }
}
