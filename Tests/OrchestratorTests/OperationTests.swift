import JobModel
import JobQueue
import Orchestrator
import Testing

@Suite("An operation", .timeLimit(.minutes(2)))
struct OperationTests {
    @Test("runs its plan to the end and reports every step")
    func completes() async throws {
        try await withOperationStage(orchestrators: 3) { stage in
            let (id, _) = try await stage.operations.create(
                OperationRequest(operationType: "play", parameters: [:], metadata: ["user_id": "123"])
            )
            #expect(id.rawValue.wholeMatch(of: /op-\d{8}-\d{6}-[0-9a-f]{8}/) != nil)
            let report = try await stage.settled(id)
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.result.stepsExecuted == 4)
            #expect(report.result.stepsSuccessful == 4)
            #expect(report.result.results.map(\.status) == ["completed", "completed", "completed", "completed"])
            #expect(report.confidenceScore == 1)
            #expect(report.metadata == ["user_id": "123"])
            #expect(try await stage.operations.activeCount() == 0)
            #expect(try await stage.operations.list().operations.map(\.operationId) == [id.rawValue])
        }
    }

    @Test("the same idempotency key answers the same operation")
    func idempotent() async throws {
        try await withOperationStage { stage in
            let request = OperationRequest(operationType: "play", parameters: [:])
            let first = try await stage.operations.create(request, idempotencyKey: "k")
            let second = try await stage.operations.create(request, idempotencyKey: "k")
            #expect(first.id == second.id)
            #expect(!first.isDuplicate)
            #expect(second.isDuplicate)
        }
    }

    @Test("waits for a person when a step is not sure, and completes when it is approved")
    func escalates() async throws {
        let template = OperationStage.template.replacing("{ value: 2 }", with: "{ value: 2, confidence: 0.25 }")
        try await withOperationStage(template: template) { stage in
            let (id, _) = try await stage.operations.create(OperationRequest(operationType: "play", parameters: [:]))
            let waiting = try await stage.settled(id)
            #expect(waiting.status == "escalating")
            #expect(waiting.requiresHuman)
            let escalation = try #require(waiting.escalations.first)
            try await stage.queue.decide(escalation, .approve, version: 1, reviewer: "ann")
            let report = try await stage.ended(id)
            #expect(report.status == "completed")
            #expect(report.confidenceScore == 1)
            #expect(report.result.results[2].review == "approved")
        }
    }

    @Test("fails when a reviewer rejects a step")
    func rejected() async throws {
        let template = OperationStage.template.replacing("{ value: 2 }", with: "{ value: 2, confidence: 0.25 }")
        try await withOperationStage(template: template) { stage in
            let (id, _) = try await stage.operations.create(OperationRequest(operationType: "play", parameters: [:]))
            let waiting = try await stage.settled(id)
            try await stage.queue.decide(try #require(waiting.escalations.first), .reject, version: 1, reviewer: "ann")
            let report = try await stage.ended(id)
            #expect(report.status == "failed")
            #expect(report.error?.contains("rejected") == true)
        }
    }

    @Test("fails with the step's error when a step fails for good")
    func fails() async throws {
        let template = OperationStage.template.replacing("{ value: 2 }", with: "{ value: 2, fail: true }")
        try await withOperationStage(template: template) { stage in
            let (id, _) = try await stage.operations.create(OperationRequest(operationType: "play", parameters: [:]))
            let report = try await stage.settled(id)
            #expect(report.status == "failed")
            #expect(report.error?.contains("refused") == true)
            #expect(report.result.results.map(\.status) == ["completed", "completed", "dead", "cancelled"])
        }
    }

    @Test("asks a person when a post-condition does not hold; a rejection fails it, an approval completes it")
    func postcondition() async throws {
        let template = OperationStage.template.replacing(##"right: "#a.value""##, with: "right: 9")
        try await withOperationStage(template: template) { stage in
            for (decision, state) in [(Decision.reject, "failed"), (.approve, "completed")] {
                let (id, _) = try await stage.operations.create(
                    OperationRequest(operationType: "play", parameters: [:])
                )
                let waiting = try await stage.settled(id)
                #expect(waiting.status == "escalating")
                let escalation = try #require(waiting.escalations.first)
                #expect(try await stage.queue.escalation(escalation)?.reason == .validationFailed)
                try await stage.queue.decide(escalation, decision, version: 1, reviewer: "ann")
                #expect(try await stage.ended(id).status == state)
            }
        }
    }

    @Test("an impossible request fails, asks a person, and runs when he corrects it")
    func impossible() async throws {
        try await withOperationStage { stage in
            let (id, _) = try await stage.operations.create(
                OperationRequest(operationType: "play", parameters: ["milliseconds": "soon"])
            )
            let failed = try await stage.settled(id)
            #expect(failed.status == "failed")
            #expect(failed.requiresHuman)
            #expect(failed.error?.contains("parameters.milliseconds") == true)
            var escalation = failed.escalations.first
            while escalation == nil {
                escalation = try await stage.operations.report(id)?.escalations.first
                try await Task.sleep(for: .milliseconds(20))
            }
            try await stage.queue.decide(
                try #require(escalation),
                .retry(parameters: ["milliseconds": 5], guidance: nil),
                version: 1,
                reviewer: "ann"
            )
            while try await stage.operations.record(id)?.state != .completed {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("is cancelled while a step runs, and nothing more starts")
    func cancelled() async throws {
        try await withOperationStage { stage in
            let (id, _) = try await stage.operations.create(
                OperationRequest(operationType: "play", parameters: ["milliseconds": 30_000])
            )
            let first = JobID(trusted: "\(id):E1")
            while try await stage.queue.job(first)?.state != .running { try await Task.sleep(for: .milliseconds(10)) }
            let report = try #require(try await stage.operations.cancel(id))
            #expect(report.status == "cancelled")
            while try await stage.queue.job(first)?.state != .cancelled { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await stage.queue.job(JobID(trusted: "\(id):E4"))?.state == .cancelled)
        }
    }
}
