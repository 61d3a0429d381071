import Foundation
import JobModel
import JobQueue
import TestSupport
import Testing

@testable import Agents
@testable import Orchestrator

@Suite("The research documenter", .postgresServer, .timeLimit(.minutes(10)))
struct ResearchTests {
    private func report(_ stage: AgentStage, _ id: String, _ format: String) async throws -> String {
        let outcome = try await stage.act(
            "research_documenter",
            "report",
            ["operation_id": .string(id), "format": .string(format)]
        )
        #expect(!outcome.parts.isEmpty)
        return try #require(outcome.result["content"]?.string)
    }

    @Test("tells a load from the question to the hash of the file, in both forms")
    func load() async throws {
        try await withAgentStage(agents: ["verification"]) { stage in
            let operation = try await stage.run(AgentStage.pipeline())
            #expect(operation.status == "completed")
            try await stage.catchUp()
            let hash = try #require(operation.result.results[0].result?["file"]?["sha256"]?.string)
            let live = try #require(operation.result.results[3].result?["rows_live"]?.int)
            let markdown = try await report(stage, operation.operationId, "markdown")
            let html = try await report(stage, operation.operationId, "html")
            for text in [markdown, html] {
                for words in [
                    "In short", "What was asked", "The plan", "What was done", "What is sure and what is not",
                    "Who decided what", "Where each number comes from", "What happened when", "About this report",
                    hash, NumberText.count(live), "Nothing had to be decided", "synthetic sample",
                    "An independent look",
                ] {
                    #expect(text.contains(words), "\(words)")
                }
            }
            #expect(markdown.contains("```mermaid\nflowchart LR"))
            #expect(html.contains("<svg ") && html.contains("E4  upload") && html.hasPrefix("<!doctype html>"))
            #expect(!html.contains("<script") && !html.contains("http://www.w3.org/1999"))
            let mark = try #require(try await stage.history.head() as ChainMark?)
            #expect(markdown.contains(mark.description))
        }
    }

    @Test("names who decided, when and why, and what failed")
    func decided() async throws {
        try await withAgentStage { stage in
            let parked = try await stage.run([
                ["id": "a", "worker": "stage", "action": "play", "parameters": ["confidence": 0.2]]
            ])
            let waiting = try await report(stage, parked.operationId, "markdown")
            #expect(waiting.contains("It waits for a person"))
            let id = try #require(parked.escalations.first)
            let version = try #require(try await stage.queue.escalation(id)).version
            _ = try await stage.reviews.decide(
                id,
                .reject,
                version: version,
                reviewer: "ada",
                comment: "a | wrong number"
            )
            while try await stage.operations.record(JobID(trusted: parked.operationId))?.state.isTerminal != true {
                try await Task.sleep(for: .milliseconds(20))
            }
            while try await stage.environment.audit?.count() ?? 0 < 2 { try await Task.sleep(for: .milliseconds(20)) }
            let text = try await report(stage, parked.operationId, "markdown")
            #expect(text.contains("Decided by: ada"))
            #expect(text.contains("a \\| wrong number"), "a cell's text does not end the cell")
            #expect(text.contains("What went wrong"))
        }
    }

    @Test("writes an operation that could not be planned, and one that still runs")
    func sparse() async throws {
        try await withAgentStage { stage in
            let refused = try await stage.run([["id": "a", "worker": "nobody", "action": "play"]])
            #expect(refused.status == "failed")
            let text = try await report(stage, refused.operationId, "html")
            #expect(text.contains("No plan was made"))
            #expect(text.contains("No step has left a number"))
        }
    }

    @Test("whatever the data holds is text, in both forms")
    func hostile() async throws {
        try await withAgentStage { stage in
            let evil = "<script>alert(1)</script>\"'&|`*[x](javascript:y)\n# h"
            let operation = try await stage.run([
                [
                    "id": "a", "worker": "stage", "action": "play",
                    "parameters": [
                        "value": .string(evil),
                        "file": ["name": .string(evil), "sha256": .string(String(repeating: "a", count: 64))],
                    ],
                ]
            ])
            let html = try await report(stage, operation.operationId, "html")
            #expect(!html.contains("<script>") && html.contains("&lt;script&gt;"))
            let markdown = try await report(stage, operation.operationId, "markdown")
            #expect(!markdown.contains("<script>"))
            #expect(!markdown.contains("\n# h"))
        }
    }

    @Test("refuses what is no operation or no form, by name; asked twice, it is the same report but for its time")
    func badInput() async throws {
        try await withAgentStage { stage in
            for (parameters, code, field) in [
                ([:], "invalid_parameters", "operation_id"),
                (["operation_id": "x"], "invalid_parameters", "operation_id"),
                (["operation_id": "op-20250101-000000-00000000"], "unknown_operation", "operation_id"),
                (["operation_id": "op-1", "format": "pdf"], "invalid_parameters", "format"),
            ] as [(JSONValue, String, String)] {
                let failure = try await stage.failure("research_documenter", "report", parameters)
                #expect(failure.code == code && failure.field == field, "\(failure)")
            }
            let operation = try await stage.run([["id": "a", "worker": "stage", "action": "play"]])
            var environment = stage.environment
            environment.now = { Date(timeIntervalSince1970: 1_750_000_000) }
            let run = DirectRun(
                kind: "research_documenter",
                actions: AgentCatalog.actions(for: "research_documenter", environment: environment),
                logger: environment.logger
            )
            let parameters: JSONValue = ["operation_id": .string(operation.operationId)]
            _ = try await stage.operations.wait(
                JobID(trusted: operation.operationId),
                atMost: .seconds(5),
                events: stage.events
            )
            let first = try await run.run("report", parameters: parameters, id: JobID(trusted: "same"))
            let second = try await run.run("report", parameters: parameters, id: JobID(trusted: "same"))
            #expect(first.result["sha256"] == second.result["sha256"])
        }
    }

    @Test("draws the plan: a box a step, an arrow a dependency, nothing for what is too large")
    func picture() throws {
        func step(_ number: Int, after: [String]) -> Plan.Step {
            Plan.Step(
                name: "E\(number)",
                worker: "stage",
                action: "play<b>",
                parameters: [:],
                after: after,
                need: after.count,
                threshold: 0.7,
                auditRate: 0,
                branch: "",
                role: ""
            )
        }
        var plan = Plan(template: "t", version: 1, steps: [], checks: [])
        #expect(PlanPicture(plan: plan, states: [:], confidences: [:]).svg == nil)
        plan.steps = [
            step(1, after: []), step(2, after: ["E1"]), step(3, after: ["E1"]), step(4, after: ["E2", "E3"]),
        ]
        let svg = try #require(
            PlanPicture(plan: plan, states: ["E1": "completed", "E2": "dead"], confidences: ["E1": 0.9999]).svg
        )
        #expect(svg.components(separatedBy: "<rect ").count == 5)
        #expect(svg.components(separatedBy: "marker-end").count == 5)
        #expect(svg.contains("99.9 %") && svg.contains("#b42318") && !svg.contains("<b>"))
        plan.steps = (1...PlanPicture.most + 1).map { step($0, after: []) }
        #expect(PlanPicture(plan: plan, states: [:], confidences: [:]).svg == nil)
    }
}
