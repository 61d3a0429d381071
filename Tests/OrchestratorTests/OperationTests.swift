import JobModel
import JobQueue
import Logging
import Orchestrator
import PrivateServers
import ServiceLifecycle
import Synchronization
import Testing

/// A worker's action for the tests of plans: it does what its parameters say.
private struct Play: Action {
    static let name = "play"
    typealias Parameters = [String: JSONValue]
    typealias Result = [String: JSONValue]

    func run(_ parameters: Parameters, context: JobContext) async throws -> Outcome<Result> {
        if let milliseconds = parameters["milliseconds"]?.int { try await Task.sleep(for: .milliseconds(milliseconds)) }
        if parameters["fail"] == true { throw JobFailure("refused", "as asked") }
        let confidence = context.guidance == nil ? parameters["confidence"]?.double ?? 1 : 1
        return .completed(parameters, confidence: confidence)
    }
}

@Suite("An operation", .timeLimit(.minutes(2)))
struct OperationTests {
    private static let template = """
        operation_type: play
        version: 1
        parameters:
          confidence: { type: string, default: "" }
          mode: { type: string, default: ok }
          milliseconds: { type: integer, default: 0 }
        steps:
          - { id: a, worker: stage, action: play, parameters: { value: 1, milliseconds: $milliseconds } }
          - { id: b, worker: stage, action: play, after: [a], parameters: { value: "#a.value" } }
          - { id: c, worker: stage, action: play, after: [a], parameters: { value: 2 } }
          - { id: d, worker: stage, action: play, after: [b, c], parameters: { value: "#b.value" } }
        checks:
          - { says: the value came through, left: "#d.value", right: "#a.value" }
        """

    private struct Stage {
        let operations: Operations
        let queue: JobQueue
        let events: EventHub

        func settled(_ id: JobID) async throws -> OperationReport {
            try #require(try await operations.wait(id, atMost: .seconds(30), events: events))
        }
    }

    private func withStage(
        orchestrators: Int = 1,
        template: String = template,
        _ body: (Stage) async throws -> Void
    ) async throws {
        let redis = try await PrivateRedis.start()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let queue = try JobQueue(
            configuration: JobQueueConfiguration(redisURL: redis.url, lease: .seconds(1)),
            logger: logger
        )
        var templates = try PlanTemplates(types: PlanTemplateTests.types, threshold: 0.7)
        try templates.add(yaml: template)
        let operations = Operations(queue: queue, templates: templates, logger: logger)
        let events = EventHub(queue: queue, logger: logger)
        let worker = Worker(
            configuration: WorkerConfiguration(queue: "stage"),
            actions: [Play()],
            on: queue,
            logger: logger
        )
        var services: [any Service] = [events, worker]
        for _ in 0..<orchestrators { services.append(OrchestratorService(operations: operations, logger: logger)) }
        let group = ServiceGroup(services: services, logger: logger)
        let task = Task { try await group.run() }
        let result: Result<Void, any Error>
        do {
            try await body(Stage(operations: operations, queue: queue, events: events))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await task.value
        await queue.close()
        await redis.terminate()
        try result.get()
    }

    @Test("runs its plan to the end and reports every step")
    func completes() async throws {
        try await withStage(orchestrators: 3) { stage in
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
        try await withStage { stage in
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
        let template = Self.template.replacing("{ value: 2 }", with: "{ value: 2, confidence: 0.25 }")
        try await withStage(template: template) { stage in
            let (id, _) = try await stage.operations.create(OperationRequest(operationType: "play", parameters: [:]))
            let waiting = try await stage.settled(id)
            #expect(waiting.status == "escalating")
            #expect(waiting.requiresHuman)
            let escalation = try #require(waiting.escalations.first)
            try await stage.queue.decide(escalation, .approve, version: 1, reviewer: "ann")
            let report = try await untilEnded(id, stage)
            #expect(report.status == "completed")
            #expect(report.confidenceScore == 1)
            #expect(report.result.results[2].review == "approved")
        }
    }

    @Test("fails when a reviewer rejects a step")
    func rejected() async throws {
        let template = Self.template.replacing("{ value: 2 }", with: "{ value: 2, confidence: 0.25 }")
        try await withStage(template: template) { stage in
            let (id, _) = try await stage.operations.create(OperationRequest(operationType: "play", parameters: [:]))
            let waiting = try await stage.settled(id)
            try await stage.queue.decide(try #require(waiting.escalations.first), .reject, version: 1, reviewer: "ann")
            let report = try await untilEnded(id, stage)
            #expect(report.status == "failed")
            #expect(report.error?.contains("rejected") == true)
        }
    }

    @Test("fails with the step's error when a step fails for good")
    func fails() async throws {
        let template = Self.template.replacing("{ value: 2 }", with: "{ value: 2, fail: true }")
        try await withStage(template: template) { stage in
            let (id, _) = try await stage.operations.create(OperationRequest(operationType: "play", parameters: [:]))
            let report = try await stage.settled(id)
            #expect(report.status == "failed")
            #expect(report.error?.contains("refused") == true)
            #expect(report.result.results.map(\.status) == ["completed", "completed", "dead", "cancelled"])
        }
    }

    @Test("asks a person when a post-condition does not hold; a rejection fails it, an approval completes it")
    func postcondition() async throws {
        let template = Self.template.replacing(##"right: "#a.value""##, with: "right: 9")
        try await withStage(template: template) { stage in
            for (decision, state) in [(Decision.reject, "failed"), (.approve, "completed")] {
                let (id, _) = try await stage.operations.create(
                    OperationRequest(operationType: "play", parameters: [:])
                )
                let waiting = try await stage.settled(id)
                #expect(waiting.status == "escalating")
                let escalation = try #require(waiting.escalations.first)
                #expect(try await stage.queue.escalation(escalation)?.reason == .validationFailed)
                try await stage.queue.decide(escalation, decision, version: 1, reviewer: "ann")
                #expect(try await untilEnded(id, stage).status == state)
            }
        }
    }

    @Test("an impossible request fails, asks a person, and runs when he corrects it")
    func impossible() async throws {
        try await withStage { stage in
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
        try await withStage { stage in
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

    private func untilEnded(_ id: JobID, _ stage: Stage) async throws -> OperationReport {
        while true {
            if let record = try await stage.operations.record(id), record.state.isTerminal, record.report != nil {
                return try #require(try await stage.operations.report(id))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
