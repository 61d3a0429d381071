import Testing

@testable import JobModel

@Suite struct JobStateTests {
    /// The transitions of architecture.md, section 3; `dead → ready` by hand; and what an undone decision and a retried flow
    /// bring back.
    private static let table: [JobState: Set<JobState>] = [
        .scheduled: [.ready, .cancelled], .waiting: [.ready, .cancelled],
        .ready: [.running, .cancelled, .waiting, .escalated],
        .running: [.completed, .escalated, .dead, .cancelled, .scheduled, .ready],
        .escalated: [.completed, .ready, .cancelled], .dead: [.ready, .waiting], .completed: [.escalated],
        .cancelled: [.ready, .waiting, .escalated],
    ]

    @Test(arguments: JobState.allCases) func `a job's states follow each other as the design says`(_ state: JobState) {
        #expect(state.successors == Self.table[state])
    }

    @Test func `terminal are the states that nothing but a hand moves on`() {
        #expect(Set(JobState.allCases.filter(\.isTerminal)) == [.completed, .dead, .cancelled])
        for state in JobState.allCases where !state.isTerminal { #expect(!state.successors.isEmpty) }
    }

    @Test func `every state can be reached`() {
        let reached = JobState.allCases.reduce(into: Set<JobState>([.scheduled, .waiting, .ready])) {
            $0.formUnion($1.successors)
        }
        #expect(reached == Set(JobState.allCases))
    }
}
