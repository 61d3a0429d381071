import JobModel
import JobQueue
import Synchronization
import Testing

extension RuntimeTests {
    @Suite("A flow", .timeLimit(.minutes(2)))
    struct FlowTests {
        private func step(
            _ name: String,
            _ parameters: [String: JSONValue],
            after: [String] = [],
            _ fanIn: FanIn = .all
        ) throws -> NewFlow.Step {
            NewFlow.Step(
                name,
                try NewJob(queue: WorkerHarness.queueName, action: "scripted", parameters: parameters),
                after: after,
                fanIn: fanIn
            )
        }

        private let echo = Scripted { parameters, _ in
            if parameters["fail"] == true { throw JobFailure("refused", "as asked") }
            return .completed(parameters, confidence: parameters["confidence"]?.double ?? 1)
        }

        @Test("hands the results of earlier steps to later ones by reference, at any depth")
        func evidence() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([echo]) { _ in
                    let flow = NewFlow(
                        id: JobID(trusted: "flow-1"),
                        steps: [
                            try step("E1", ["files": [["path": "/a"], ["path": "/b"]]]),
                            try step("E2", ["rows": 7]),
                            try step(
                                "E3",
                                [
                                    "nested": ["first": "#E1.files[1].path", "all": ["#E2", "#E2.rows"]],
                                    "text": "not ##E1",
                                ],
                                after: ["E1", "E2"]
                            ),
                        ]
                    )
                    try await harness.queue.enqueue(flow)
                    let job = try await harness.ended(flow.job("E3"))
                    let result = try JSONValue(parsing: try #require(job.result))
                    #expect(result == ["nested": ["first": "/b", "all": [["rows": 7], 7]], "text": "not #E1"])
                }
            }
        }

        @Test("fails a step by the name of the reference that leads nowhere, before its action runs")
        func unresolved() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([echo]) { _ in
                    let flow = NewFlow(
                        id: JobID(trusted: "flow-2"),
                        steps: [try step("E1", ["a": 1]), try step("E2", ["x": "#E1.b[0]"], after: ["E1"])]
                    )
                    try await harness.queue.enqueue(flow)
                    let job = try await harness.ended(flow.job("E2"))
                    #expect(job.state == .dead)
                    #expect(job.errors.last?.failure.code == "unresolved_reference")
                    #expect(job.errors.last?.failure.field == "#E1.b[0]")
                }
            }
        }

        @Test("a parked step holds up its dependents until a person decides, and its siblings go on")
        func parked() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([echo]) { _ in
                    let flow = NewFlow(
                        id: JobID(trusted: "flow-3"),
                        steps: [
                            try step("E1", ["confidence": 0.2]), try step("E2", ["b": 2]),
                            try step("E3", ["value": "#E1.corrected"], after: ["E1", "E2"]),
                        ],
                        whenSettled: try NewJob(
                            queue: WorkerHarness.queueName,
                            action: "scripted",
                            parameters: ["told": true]
                        )
                    )
                    try await harness.queue.enqueue(flow)
                    let parked = try await harness.job(flow.job("E1")) { $0.state == .escalated }
                    _ = try await harness.job(flow.job("E2")) { $0.state == .completed }
                    #expect(try await harness.queue.job(flow.job("E3"))?.state == .waiting)
                    try await harness.queue.decide(
                        try #require(parked.escalation),
                        .override(["corrected": "by hand"]),
                        version: 1,
                        reviewer: "ann"
                    )
                    let last = try await harness.ended(flow.job("E3"))
                    let result = try #require(last.result)
                    #expect(try JSONValue(parsing: result) == ["value": "by hand"])
                    #expect(try await harness.ended(flow.job("settled")).state == .completed)
                }
            }
        }

        @Test("a rejection ends the dependents in the same step")
        func rejected() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([echo]) { _ in
                    let flow = NewFlow(
                        id: JobID(trusted: "flow-4"),
                        steps: [
                            try step("E1", ["confidence": 0.2]), try step("E2", [:], after: ["E1"]),
                            try step("E3", [:], after: ["E2"]),
                        ]
                    )
                    try await harness.queue.enqueue(flow)
                    let parked = try await harness.job(flow.job("E1")) { $0.state == .escalated }
                    try await harness.queue.decide(
                        try #require(parked.escalation),
                        .reject,
                        version: 1,
                        reviewer: "ann"
                    )
                    let jobs = try await harness.queue.jobs([flow.job("E1"), flow.job("E2"), flow.job("E3")])
                    #expect(jobs.map { $0?.state } == [.cancelled, .cancelled, .cancelled])
                    #expect(jobs.map { $0?.cause } == ["rejected", "upstream", "upstream"])
                }
            }
        }

        @Test("a join that needs one of three runs although two parents fail")
        func anyOf() async throws {
            try await WorkerHarness.with { harness in
                try await harness.withWorker([echo]) { _ in
                    let flow = NewFlow(
                        id: JobID(trusted: "flow-5"),
                        steps: [
                            try step("E1", ["fail": true]), try step("E2", ["fail": true]), try step("E3", [:]),
                            try step("E4", [:], after: ["E1", "E2", "E3"], .any),
                        ]
                    )
                    try await harness.queue.enqueue(flow)
                    #expect(try await harness.ended(flow.job("E4")).state == .completed)
                }
            }
        }
    }
}
