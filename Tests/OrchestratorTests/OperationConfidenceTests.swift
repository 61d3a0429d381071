import JobModel
@testable import Orchestrator
import Testing

@Suite("The confidence of an operation")
struct OperationConfidenceTests {
    /// A plan of steps, each written as `E3<E1,E2`.
    private func plan(_ steps: String...) -> Plan {
        Plan(
            template: "t",
            version: 1,
            steps: steps.map { text in
                let words = text.split(separator: "<").map(String.init)
                let after = words.count > 1 ? words[1].split(separator: ",").map(String.init) : []
                return Plan.Step(
                    name: words[0],
                    worker: "w",
                    action: "a",
                    parameters: [:],
                    after: after,
                    need: after.count,
                    threshold: 0.7,
                    timeoutSeconds: nil,
                    auditRate: 0,
                    branch: "",
                    role: words[0]
                )
            },
            checks: [],
            threshold: nil
        )
    }

    private func confidence(_ plan: Plan, _ values: [String: Double]) -> OperationConfidence {
        OperationConfidence(plan: plan, sources: values.mapValues { OperationConfidence.Source(confidence: $0) })
    }

    @Test func `it is the product over the answer's ancestors, each counted once`() {
        let diamond = plan("E1", "E2<E1", "E3<E1", "E4<E2,E3")
        let found = confidence(diamond, ["E1": 0.5, "E2": 0.8, "E3": 1, "E4": 0.9])
        #expect(abs(found.score - 0.5 * 0.8 * 0.9) < 1e-12)
        #expect(found.minimum == 0.5 && found.weakest?.step == "E1")
        #expect(found.steps == ["E1", "E2", "E3", "E4"])
    }

    @Test func `a step that nothing was built on does not count`() {
        // E2 failed, and the join E4 did without it: E3 is all that the answer rests on.
        let found = confidence(plan("E1", "E2<E1", "E3", "E4<E2,E3"), ["E1": 0.1, "E3": 0.9, "E4": 1])
        #expect(found.steps == ["E3", "E4"] && found.score == 0.9)
    }

    @Test func `what a person approved or a check verified counts as certain`() {
        let chain = plan("E1", "E2<E1", "E3<E2")
        let found = OperationConfidence(
            plan: chain,
            sources: [
                "E1": .init(confidence: 0.2, isApproved: true), "E2": .init(confidence: 0.9, isVerified: true),
                "E3": .init(confidence: 1),
            ]
        )
        #expect(found.score == 1 && found.minimum == 1 && found.weakest == nil)
    }

    @Test func `the weakest step is told with the part that made it so`() {
        let parts = [ConfidencePart("read", 1, basis: "all"), ConfidencePart("matched", 0.75, basis: "3 of 4")]
        let found = OperationConfidence(plan: plan("E1"), sources: ["E1": .init(confidence: 0.75, parts: parts)])
        #expect(found.weakest == .init(step: "E1", confidence: 0.75, why: "matched: 3 of 4"))
    }

    @Test func `nothing completed is no confidence, and half a plan has that of its half`() {
        let chain = plan("E1", "E2<E1", "E3<E2")
        #expect(confidence(chain, [:]).score == 0)
        #expect(confidence(chain, [:]).minimum == 0)
        #expect(confidence(chain, ["E1": 0.9, "E2": 0.5]).score == 0.45)
    }
}
