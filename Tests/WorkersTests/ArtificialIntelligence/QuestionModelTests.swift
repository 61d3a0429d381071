import JobQueue
import Synchronization
import TestSupport
import Testing
import Workers

@Suite("Questions with a language model", .postgresServer, .timeLimit(.minutes(5)))
struct QuestionModelTests {
    private struct Outage: Error {}

    /// What a scripted model was asked, and its answers in turn; the last one again and again.
    private final class Script: Sendable {
        let asked = Mutex<[String]>([])
        let answers: [JSONValue?]

        init(_ answers: [JSONValue?]) { self.answers = answers }

        var model: QuestionModel {
            QuestionModel { [self] system, user, _ in
                let number = asked.withLock { asked in
                    asked.append("\(system)\n\(user)")
                    return asked.count
                }
                guard !answers.isEmpty else { throw Outage() }
                return answers[min(number, answers.count) - 1]
            }
        }
    }

    private static let question: JSONValue = ["query": "Gimme the dwellings that Pelican folk hold in Broward"]
    private static let plan: JSONValue = [
        "subject": "property", "measure": "list",
        "conditions": [
            ["field": "owner", "comparison": "has_words", "value": "Pelican"],
            ["field": "county", "comparison": "equals", "value": "Broward"],
        ],
    ]

    private func ask(_ script: Script, _ parameters: JSONValue = question) async throws -> Outcome<JSONValue> {
        try await TestWorkers.runWithDatabase {
            $0.questionModel = script.model
        } _: { workers, _ in
            try await workers.load("NAL")
            return try await workers.checked("ai_ml", "handle_chat_query", parameters)
        }
    }

    @Test("the model's plan is checked and run like any other, and the answer says who made it")
    func plans() async throws {
        let script = Script([Self.plan])
        let outcome = try await ask(script)
        #expect(outcome.result["plan"]?["conditions"]?[0]?["value"] == "Pelican")
        #expect(outcome.result["assumptions"] == ["a language model made the plan"])
        #expect(outcome.parts.map(\.name).contains("values_grounded"))
        #expect(outcome.parts.first { $0.name == "values_grounded" }?.value == 1)
        let prompt = try #require(script.asked.withLock { $0.first })
        #expect(prompt.contains("year_built (number)") && !prompt.contains("SELECT"))
    }

    @Test("a value that no word of the question says takes the confidence away")
    func invented() async throws {
        var plan = try #require(Self.plan.members)
        plan["conditions"] = [["field": "owner", "comparison": "has_words", "value": "Somebody Else"]]
        let outcome = try await ask(Script([.object(plan)]))
        #expect(outcome.confidence == 0)
    }

    @Test("an invalid plan is asked for once more with what was wrong, then the grammar's reading counts")
    func invalid() async throws {
        let wrong: JSONValue = [
            "subject": "property", "measure": "list",
            "conditions": [["field": "rows", "comparison": "equals", "value": "x"]],
        ]
        let mended = Script([wrong, Self.plan])
        #expect(try await ask(mended).result["plan"]?["conditions"]?[0]?["field"] == "owner")
        #expect(mended.asked.withLock { $0.count } == 2)
        #expect(mended.asked.withLock { $0[1] }.contains("was invalid: plan.conditions[0].field"))
        for answers: [JSONValue?] in [[wrong], [nil], ["no object"], []] {
            let broken = Script(answers)
            let outcome = try await ask(broken)
            #expect(outcome.result["plan"]?["subject"] != "operation")
            #expect(outcome.confidence < 1)
            #expect(broken.asked.withLock { $0.count } <= 2)
        }
    }

    @Test("no model is asked where the grammar has understood every word, or a plan is given")
    func notAsked() async throws {
        let script = Script([Self.plan])
        _ = try await ask(script, ["query": "How many parcels are in Broward?"])
        _ = try await ask(script, ["plan": Self.plan])
        #expect(script.asked.withLock { $0.isEmpty })
    }
}
