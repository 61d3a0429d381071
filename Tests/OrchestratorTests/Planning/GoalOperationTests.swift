import JobModel
import JobQueue
import LanguageModel
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Orchestrator

@Suite("An operation with a goal", .timeLimit(.minutes(10)))
struct GoalOperationTests {
    private typealias Answer = ScriptedModelServer.Answer

    private static let plan = """
        {"E1": {"op": "stage.play", "parameters": {"value": 41, "rows": 1204}, "depends_on": []},
         "E2": {"op": "stage.play", "parameters": {"value": "#E1.value"}, "depends_on": ["E1"]}}
        """
    private static let answer = #"{"answer": "1,204 rows have the value 41.", "evidence": ["E1", "E2"]}"#
    private static let goal: JSONValue = ["goal": "How many rows have which value?"]

    /// A planning job whose lease is lost is planned again, and asks again: these tests count the calls.
    private static let lease: Duration = .seconds(120)

    private func model(
        _ server: ScriptedModelServer,
        budget: Int = LanguageModelConfiguration.standardBudget
    ) throws -> OperationModel {
        var configuration = LanguageModelConfiguration(
            baseURL: server.baseURL,
            model: "scripted",
            operationBudget: budget
        )
        configuration.retryBase = .milliseconds(2)
        configuration.maximumAttempts = 2
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return OperationModel(
            client: try LanguageModelClient(configuration: configuration, logger: logger),
            counter: .estimating
        )
    }

    /// Runs one operation against a script, and hands over its report when it has ended or waits for a person.
    private func run(
        _ parameters: JSONValue = goal,
        budget: Int = LanguageModelConfiguration.standardBudget,
        answer: @escaping @Sendable (ScriptedModelServer.Request, Int) -> Answer,
        _ body: (OperationReport, OperationStage, ScriptedModelServer) async throws -> Void
    ) async throws {
        try await ScriptedModelServer.run(answer: answer) { server in
            try await withOperationStage(model: try model(server, budget: budget), lease: Self.lease) { stage in
                let request = OperationRequest(operationType: "custom", parameters: parameters)
                let (id, _) = try await stage.operations.create(request)
                try await body(try await stage.settled(id), stage, server)
            }
        }
    }

    @Test("is planned in one call, run, and answered in one call, every token counted")
    func planned() async throws {
        try await run(answer: { $1 == 1 ? .chat(Self.plan, usage: (900, 80)) : .chat(Self.answer, usage: (300, 30)) }) {
            report,
            stage,
            server in
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.result.results.map(\.name) == ["E1", "E2"])
            #expect(report.result.results.last?.result == ["value": 41])
            #expect(report.planning?.source == .languageModel)
            #expect(report.planning?.attempts.map(\.accepted) == [true])
            #expect(report.planning?.tokens.calls.map(\.purpose) == ["plan", "solve"])
            #expect(report.planning?.tokens.countedBy == .apiUsage)
            #expect(report.tokenUsage == 1310)
            #expect(report.answer?.text == "1,204 rows have the value 41.")
            #expect(report.answer?.cites == ["E1", "E2"])
            #expect(report.answer?.evidence.map(\.level) == [.full, .full])
            #expect(server.requests.count == 2)
            #expect(server.requests[0].body.contains("stage.play"))
            #expect(server.requests[1].body.contains("1204"))
        }
    }

    @Test("a plan that the checker refuses is repaired once, with the checker's words")
    func repaired() async throws {
        let wrong = Self.plan.replacing("#E1.value", with: "#E7.value")
        try await run(answer: { [.chat(wrong), .chat(Self.plan), .chat(Self.answer)][min($1, 3) - 1] }) {
            report,
            _,
            server in
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.planning?.attempts.map(\.accepted) == [false, true])
            #expect(report.planning?.attempts.first?.defects.isEmpty == false)
            #expect(server.requests[1].body.contains("#E7"))
            #expect(server.requests[1].body.contains("cannot be used"))
        }
    }

    @Test(
        "a goal that is not planned is a question to a person, with both reasons",
        arguments: ["I cannot plan.", #"{"E1": {"op": "stage.fly", "parameters": {}, "depends_on": []}}"#]
    )
    func notPlanned(_ reply: String) async throws {
        try await run(answer: { _, _ in .chat(reply) }) { report, _, server in
            #expect(report.status == "failed")
            #expect(report.requiresHuman)
            #expect(report.error?.contains("goal_not_planned") == true)
            #expect(report.planning?.fallback?.to == "review")
            #expect(report.planning?.attempts.count == 2)
            #expect(report.planning?.attempts.allSatisfy { !$0.defects.isEmpty } == true)
            #expect(report.escalations.count == 1)
            #expect(report.tokenUsage == 240)
            #expect(server.requests.count == 2)
        }
    }

    @Test("a server that fails is not asked for ever, and what happened is on record")
    func serverFails() async throws {
        try await run(answer: { _, _ in .error(500) }) { report, _, server in
            #expect(report.status == "failed")
            #expect(report.planning?.attempts.first?.error?.contains("server_failed") == true)
            #expect(report.planning?.tokens.calls.map(\.state) == [.free])
            #expect(report.tokenUsage == 0)
            #expect(server.requests.count == 2)
        }
    }

    @Test("a plan beyond the budget is not asked for")
    func budget() async throws {
        try await run(budget: 50, answer: { _, _ in .chat(Self.plan) }) { report, _, server in
            #expect(report.status == "failed")
            #expect(report.planning?.attempts.first?.error?.contains("budget_exceeded") == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("the rules plan a goal that is clear where the language model fails, and say so")
    func rules() async throws {
        try await run(["goal": "Run play please", "answer": false], answer: { _, _ in .error(500) }) { report, _, _ in
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.planning?.source == .rules)
            #expect(report.planning?.fallback?.template == "play")
            #expect(report.planning?.fallback?.reason.contains("server_failed") == true)
            #expect(report.result.stepsSuccessful == 4)
            #expect(report.answer == nil)
        }
    }

    @Test("without a language model a clear goal is planned by the rules, an unclear one is a question")
    func withoutModel() async throws {
        try await withOperationStage(lease: Self.lease) { stage in
            let clear = OperationRequest(operationType: "custom", parameters: ["goal": "play it"])
            let (first, _) = try await stage.operations.create(clear)
            let planned = try await stage.settled(first)
            #expect(planned.status == "completed")
            #expect(planned.planning?.fallback?.reason == "no language model is configured")
            #expect(planned.tokenUsage == 0)
            let unclear = OperationRequest(operationType: "custom", parameters: ["goal": "Make it better"])
            let (second, _) = try await stage.operations.create(unclear)
            let refused = try await stage.settled(second)
            #expect(refused.requiresHuman)
            #expect(refused.error?.contains("no language model is configured") == true)
        }
    }

    @Test(
        "an answer that its evidence does not bear waits for a person",
        arguments: [
            (#"{"answer": "9,999 rows have the value 41.", "evidence": ["E1"]}"#, "9,999"),
            (#"{"answer": "1204 rows.", "evidence": ["E9"]}"#, "form"), ("1204 rows.", "form"),
        ]
    )
    func doubtful(_ reply: String, _ doubt: String) async throws {
        try await run(answer: { $1 == 1 ? .chat(Self.plan) : .chat(reply) }) { report, stage, _ in
            #expect(report.status == "escalating")
            #expect(report.escalations.count == 1)
            #expect(report.answer?.doubts.first?.contains(doubt) == true)
            let escalation = try #require(
                try await stage.queue.escalation(report.escalations[0])
            )
            #expect(escalation.reason == .lowConfidence)
        }
    }

    @Test("steps of the request's own are answered too where an answer is asked for")
    func ownSteps() async throws {
        let parameters: JSONValue = [
            "goal": "How many rows?", "answer": true,
            "steps": [["id": "a", "worker": "stage", "action": "play", "parameters": ["rows": 1204]]],
        ]
        let reply = #"{"answer": "1204", "evidence": ["E1"]}"#
        try await run(parameters, answer: { _, _ in .chat(reply, usage: nil) }) { report, _, server in
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.answer?.text == "1204")
            #expect(report.planning?.attempts.isEmpty == true)
            #expect(report.planning?.tokens.countedBy == .estimate)
            #expect(report.tokenUsage == 0)
            #expect(server.requests.count == 1)
        }
    }

    @Test("evidence that is too large for the budget is compressed, and the level is on record")
    func compressed() async throws {
        let rows = JSONValue.array(
            (0..<400).map { ["row": .integer($0), "rule": .string($0 % 2 == 0 ? "R-1" : "R-2"), "text": "the same"] }
        )
        let parameters: JSONValue = [
            "goal": "How many rows?", "answer": true,
            "steps": [["id": "a", "worker": "stage", "action": "play", "parameters": ["errors": rows]]],
        ]
        let reply = #"{"answer": "400 rows", "evidence": ["E1"]}"#
        try await run(parameters, budget: 1500, answer: { _, _ in .chat(reply, usage: (700, 20)) }) {
            report,
            _,
            server in
            #expect(report.status == "completed", "\(report.error ?? "") \(report.answer?.doubts ?? [])")
            let evidence = try #require(report.answer?.evidence.first)
            #expect(evidence.level > .columnar)
            #expect(evidence.tokens < 1500)
            #expect(evidence.fullTokens > 4000)
            #expect(server.requests.first?.body.utf8.count ?? 0 < 8000)
        }
    }

    @Test("a process that died after the plan was accepted asks no second time")
    func plannedBefore() async throws {
        let calls = Mutex(0)
        try await ScriptedModelServer.run(answer: { _, number in
            calls.withLock { $0 = number }
            return .chat(Self.plan)
        }) { server in
            let model = try model(server)
            try await withOperationStage(orchestrators: 0, model: model) { stage in
                let request = OperationRequest(operationType: "custom", parameters: Self.goal)
                let (id, _) = try await stage.operations.create(request)
                let planner = GoalPlanner(operations: stage.operations)
                let record = try #require(try await stage.operations.record(id))
                let first = try await planner.plan(record, goal: "How many rows have which value?", guidance: nil)
                let again = try #require(try await stage.operations.record(id))
                let second = try await planner.plan(again, goal: "How many rows have which value?", guidance: nil)
                #expect(first == second)
                #expect(calls.withLock { $0 } == 1)
            }
        }
    }

    @Test("a call that a process did not live to see answered stays charged")
    func diedWithin() async throws {
        try await ScriptedModelServer.run(.chat(Self.plan, usage: (900, 80))) { server in
            try await withOperationStage(orchestrators: 0, model: try model(server)) { stage in
                let request = OperationRequest(operationType: "custom", parameters: Self.goal)
                let (id, _) = try await stage.operations.create(request)
                var planning = PlanningRecord(model: "scripted", budget: 10_000)
                _ = try planning.tokens.reserve("plan", prompt: TokenCount(500, countedBy: .estimate), reply: 10...1000)
                try await stage.operations.keep(planning, of: id)
                let record = try #require(try await stage.operations.record(id))
                _ = try await GoalPlanner(operations: stage.operations)
                    .plan(record, goal: "How many rows have which value?", guidance: nil)
                let report = try #require(try await stage.operations.report(id))
                #expect(report.planning?.tokens.calls.map(\.state) == [.unanswered, .answered])
                #expect(report.tokenUsage == 980)
                #expect(report.planning?.tokens.uncertain == 1550)
            }
        }
    }
}
