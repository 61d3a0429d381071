import PostgresClient
import Foundation
import JobModel
import JobQueue
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import Agents
@testable import Orchestrator

/// How the verdict takes part in an operation, with and without an agent.
@Suite("Operations and their verification", .postgresServer, .timeLimit(.minutes(10)))
struct VerifiedOperationTests {
    private static let play: JSONValue = ["id": "a", "worker": "stage", "action": "play", "parameters": ["value": 1]]

    @Test("with a live agent every operation is verified before it completes")
    func verified() async throws {
        try await withAgentStage(agents: ["verification"]) { stage in
            let report = try await stage.run(AgentStage.pipeline())
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.verification?.status == .verified)
            #expect(report.confidence?.verification == 1)
            let rows = try await stage.postgres.query("SELECT FROM verifications")
            #expect(rows.count == 1)
            let plain = try await stage.run([Self.play])
            #expect(plain.verification?.status == .inconclusive && plain.confidenceScore == 1)
        }
    }

    @Test("a claim that does not hold lowers the score and asks a person, whose word then counts")
    func refuted() async throws {
        try await withAgentStage(agents: ["verification"]) { stage in
            let path = "\(stage.environment.workFolder)/f.txt"
            try Data("other".utf8).write(to: URL(fileURLWithPath: path))
            let file: JSONValue = [
                "name": "f.txt", "path": .string(path), "sha256": .string(String(repeating: "0", count: 64)),
                "bytes": 5,
            ]
            let step: JSONValue = ["id": "a", "worker": "stage", "action": "play", "parameters": ["file": file]]
            let parked = try await stage.run([step])
            #expect(parked.status == "escalating" && parked.requiresHuman)
            #expect(parked.verification?.status == .refuted)
            #expect(parked.confidenceScore == 0.5, "one of two claims holds")
            let id = try #require(parked.escalations.first)
            let escalation = try #require(try await stage.queue.escalation(id))
            #expect(escalation.reason == .validationFailed)
            _ = try await stage.reviews.decide(id, .approve, version: escalation.version, reviewer: "ada", comment: nil)
            let operation = JobID(trusted: parked.operationId)
            var report = try #require(try await stage.operations.report(operation))
            while report.status != "completed" {
                try await Task.sleep(for: .milliseconds(20))
                report = try #require(try await stage.operations.report(operation))
            }
            #expect(report.verification?.refutedClaims.first?.contains("f.txt sha256") == true)
        }
    }

    @Test("a pass that is delivered again after a later one asked a person leaves the operation parked")
    func redelivered() async throws {
        try await withAgentStage(agents: ["verification"]) { stage in
            let file: JSONValue = [
                "name": "f.txt", "path": .string("\(stage.environment.workFolder)/f.txt"),
                "sha256": .string(String(repeating: "0", count: 64)), "bytes": 5,
            ]
            try Data("other".utf8).write(to: URL(fileURLWithPath: "\(stage.environment.workFolder)/f.txt"))
            let step: JSONValue = ["id": "a", "worker": "stage", "action": "play", "parameters": ["file": file]]
            let parked = try await stage.run([step])
            #expect(parked.status == "escalating")
            let id = JobID(trusted: parked.operationId)
            let before = try #require(try await stage.operations.record(id))
            let run = DirectRun(
                kind: "orchestrator",
                actions: [ConcludeOperation(operations: stage.operations)],
                logger: stage.environment.logger
            )
            let outcome = try await run.run("conclude", parameters: [:], id: JobID(trusted: "\(id):settled"))
            #expect(outcome.confidence == 1 && outcome.review == nil)
            let after = try #require(try await stage.operations.record(id))
            #expect(after.state == .escalating && after.version == before.version)
        }
    }

    @Test("waiting for a verdict ends before the operation's own time does")
    func shortOfTime() async throws {
        try await withAgentStage(agents: ["verification"]) { stage in
            _ = try await stage.queue.setPaused(true, queue: "verification")
            let request = OperationRequest(
                operationType: "custom",
                parameters: ["steps": [Self.play]],
                timeoutSeconds: 30
            )
            let report = try await stage.settled(try await stage.operations.create(request).id)
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.verification?.status == .skipped)
            #expect(report.verification?.reason?.contains("time limit") == true)
        }
    }

    @Test("without an agent an operation completes at once, and the reason is kept")
    func absent() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run([Self.play])
            #expect(report.status == "completed")
            #expect(report.verification == .skipped("no verification agent is running"))
            let unasked = try await stage.run([Self.play], requireValidation: false)
            #expect(unasked.verification == .skipped("the request asks for no validation"))
        }
        try await withAgentStage(agents: ["verification"], verificationLimit: nil) { stage in
            let report = try await stage.run([Self.play])
            #expect(report.verification == .skipped("this deployment does not verify operations"))
        }
    }

    @Test("an agent that does not answer holds an operation up no longer than the limit")
    func silent() async throws {
        try await withAgentStage(agents: ["verification"], verificationLimit: .seconds(2)) { stage in
            _ = try await stage.queue.setPaused(true, queue: "verification")
            let report = try await stage.run([Self.play])
            #expect(report.status == "completed")
            #expect(report.verification?.status == .skipped)
            #expect(report.verification?.reason?.contains("did not answer within") == true)
            #expect(report.executionTimeMs < 60_000)
        }
    }
}
