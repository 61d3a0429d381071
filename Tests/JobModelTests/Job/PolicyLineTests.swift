import Testing

@testable import JobModel

@Suite struct PolicyLineTests {
    private func random() -> PolicyLine {
        PolicyLine(
            queue: ["q", "florida_data", "a.b-c_9"].randomElement() ?? "q",
            action: "load_data",
            policy: JobPolicy(
                lane: Lane.allCases.randomElement() ?? .normal,
                confidenceThreshold: Bool.random() ? Double.random(in: 0...1) : Double(Int.random(in: 0...1)),
                retention: .milliseconds(Int.random(in: 0...Int(Int32.max))),
                maximumAttempts: Int.random(in: 1...1000),
                maximumDeliveries: Int.random(in: 1...1000),
                backoff: Backoff(
                    base: .milliseconds(Int.random(in: 0...100_000)),
                    factor: Double.random(in: 1...10),
                    cap: .milliseconds(Int.random(in: 0...10_000_000)),
                    jitter: Double.random(in: 0...1e-5)
                ),
                timeout: Bool.random() ? nil : .milliseconds(Int.random(in: 1...1_000_000)),
                onExhausted: Bool.random() ? .dead : .escalate,
                auditRate: Bool.random() ? 0 : Double.random(in: 1e-6...1)
            ),
            createdMilliseconds: nil
        )
    }

    @Test func `every line reads back as it was written, with and without the time of enqueue`() {
        for _ in 0..<1000 {
            var line = random()
            #expect(line.encoded.split(separator: " ").count == (line.policy.auditRate > 0 ? 14 : 13))
            #expect(PolicyLine(line.encoded) == line)
            line.createdMilliseconds = 1_700_000_000_000
            #expect(PolicyLine(line.encoded + " 1700000000000") == line)
        }
    }

    @Test func `a line with a word too few, too many or of another kind is none`() {
        let words = PolicyLine(queue: "q", action: "act", policy: JobPolicy()).encoded.split(separator: " ").map(
            String.init
        )
        #expect(PolicyLine("") == nil)
        #expect(PolicyLine(words.dropLast().joined(separator: " ")) == nil)
        #expect(PolicyLine((words + ["1", "2"]).joined(separator: " ")) == nil)
        #expect(PolicyLine((words + ["audit=x"]).joined(separator: " ")) == nil)
        for position in [1] + Array(3...12) {
            var broken = words
            broken[position] = "x"
            #expect(PolicyLine(broken.joined(separator: " ")) == nil, "word \(position)")
        }
    }

    @Test(arguments: [
        ("confidenceThreshold", JobPolicy(confidenceThreshold: 1.01)),
        ("confidenceThreshold", JobPolicy(confidenceThreshold: .nan)),
        ("retention", JobPolicy(retention: .milliseconds(-1))),
        ("retention", JobPolicy(retention: .seconds(Int64.max))),
        ("maximumAttempts", JobPolicy(maximumAttempts: 0)), ("maximumDeliveries", JobPolicy(maximumDeliveries: 0)),
        ("timeout", JobPolicy(timeout: .zero)), ("auditRate", JobPolicy(auditRate: 1.5)),
        ("auditRate", JobPolicy(auditRate: .nan)),
    ])
    func `a policy out of range names its field`(_ field: String, _ policy: JobPolicy) {
        #expect(JobPolicy().defect == nil)
        #expect(policy.defect?.hasPrefix("\(field): ") == true)
    }
}
