import Foundation
import JobModel
import JobQueue
import Orchestrator
import Testing

@Suite("The control of an operation", .timeLimit(.minutes(3)))
struct OperationControlTests {
    private func custom(_ steps: String, timeoutSeconds: Int = 300) throws -> OperationRequest {
        OperationRequest(
            operationType: "custom",
            parameters: try JSONValue(parsing: #"{"steps":[\#(steps)]}"#),
            timeoutSeconds: timeoutSeconds
        )
    }

    private func step(
        _ id: String,
        _ parameters: String = "{}",
        _ more: String = "",
        worker: String = "stage"
    ) -> String {
        #"{"id":"\#(id)","worker":"\#(worker)","action":"play","parameters":\#(parameters)\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    @Test func `a custom operation runs its own steps, and their references`() async throws {
        try await withOperationStage { stage in
            let request = try custom(
                [
                    step("sum", ##"{"text":"#get.rows[1] of #{get.total}","rows":"#get.rows"}"##),
                    step("get", ###"{"rows":[3,4],"total":7,"label":"##E1"}"###),
                ].joined(separator: ",")
            )
            let report = try await stage.settled(stage.operations.create(request).id)
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.result.results[1].result == ["text": "4 of 7", "rows": [3, 4]])
            #expect(report.result.results[0].result?["label"] == "#E1")
            #expect(report.plan?.template == "custom" && report.plan?.hash.count == 64)
        }
    }

    @Test func `a plan that cannot run fails before anything runs, says where, and asks a person`() async throws {
        try await withOperationStage { stage in
            let request = try custom([step("a"), step("b", worker: "stages")].joined(separator: ","))
            let report = try await stage.settled(stage.operations.create(request).id)
            #expect(report.status == "failed" && report.requiresHuman && report.result.results.isEmpty)
            #expect(report.error?.contains("parameters.steps.b.worker: stages is no known worker") == true)
        }
    }

    @Test func `a reference that leads to nothing fails its step by name, before it runs`() async throws {
        try await withOperationStage { stage in
            let request = try custom([step("a", #"{"x":1}"#), step("b", ##"{"y":"#a.z"}"##)].joined(separator: ","))
            let report = try await stage.settled(stage.operations.create(request).id)
            #expect(report.status == "failed")
            #expect(
                report.error?.contains("E2") == true && report.error?.contains("#E1.z") == true,
                "\(report.error ?? "")"
            )
        }
    }

    @Test func `a failed operation runs again from its failed step, and what had completed keeps its evidence`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withOperationStage(orchestrators: 2) { stage in
            let request = try custom(
                [
                    step("a", #"{"rows":5}"#),
                    step("b", ##"{"rows":"#a.rows","fail_while_missing":"\##(folder.path)"}"##),
                    step("c", ##"{"rows":"#b.rows"}"##),
                ].joined(separator: ",")
            )
            let (id, _) = try await stage.operations.create(request)
            let failed = try await stage.ended(id)
            #expect(failed.status == "failed")
            #expect(failed.result.results.map(\.status) == ["completed", "dead", "cancelled"])
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            // Asked twice for one failure, it is one retry.
            _ = try await stage.operations.retry(id)
            _ = try? await stage.operations.retry(id)
            while try await stage.operations.record(id)?.state != .completed {
                try await Task.sleep(for: .milliseconds(20))
            }
            let report = try await stage.ended(id)
            #expect(report.result.results.map(\.status) == ["completed", "completed", "completed"])
            #expect(report.result.results[2].result?["rows"] == 5)
            #expect(report.error == nil)
            #expect(report.result.results[0] == failed.result.results[0], "the first step did not run again")
            await #expect(throws: OrchestratorError.self) { try await stage.operations.retry(id) }
        }
    }

    @Test func `an operation whose time is up is stopped, and a retry gets the whole time again`() async throws {
        try await withOperationStage { stage in
            let request = try custom(step("slow", #"{"milliseconds":600000}"#), timeoutSeconds: 20)
            let (id, _) = try await stage.operations.create(request)
            let failed = try await stage.settled(id)
            #expect(failed.status == "failed" && failed.error?.contains("timed out") == true)
            _ = try await stage.operations.retry(id)
            while try await stage.operations.record(id)?.state == .failed {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await stage.operations.cancel(id)?.status == "cancelled")
        }
    }

    @Test func `a branch that a join can do without does not fail the operation, and does not count`() async throws {
        try await withOperationStage { stage in
            let request = try custom(
                [
                    step("a", #"{"fail":true}"#), step("b", #"{"confidence":0.9}"#),
                    step("c", "{}", #""after":["a","b"],"need":1"#),
                ].joined(separator: ",")
            )
            let report = try await stage.settled(stage.operations.create(request).id)
            #expect(report.status == "completed", "\(report.error ?? "")")
            #expect(report.result.results.map(\.status) == ["dead", "completed", "completed"])
            #expect(report.confidence?.steps == ["E2", "E3"] && report.confidenceScore == 0.9)
            #expect(report.confidence?.weakest?.step == "E2")
        }
    }

    @Test func `a step that runs longer than its limit fails its attempt`() async throws {
        try await withOperationStage { stage in
            let request = try custom(
                step("slow", #"{"milliseconds":60000}"#, #""timeout_seconds":1"#),
                timeoutSeconds: 30
            )
            let (id, _) = try await stage.operations.create(request)
            let first = JobID(trusted: "\(id):E1")
            while try await stage.queue.job(first)?.errors.first?.failure.code != "timed_out" {
                try await Task.sleep(for: .milliseconds(50))
            }
            _ = try await stage.operations.cancel(id)
        }
    }

    @Test func `explain tells what an operation waits for`() async throws {
        try await withOperationStage { stage in
            let request = try custom(
                [
                    step("ask", #"{"confidence":0.1}"#), step("wait", "{}", #""after":["ask"]"#),
                    step("alone", worker: "nobody"),
                ].joined(separator: ",")
            )
            let (id, _) = try await stage.operations.create(request)
            var codes: [String: OperationExplanation.Reason.Code] = [:]
            while codes != ["E1": .waitingForReview, "E2": .waitingForStep, "E3": .noLiveWorker] {
                let explanation = try #require(try await stage.operations.explain(id))
                codes = Dictionary(uniqueKeysWithValues: explanation.reasons.map { ($0.step, $0.code) })
                try await Task.sleep(for: .milliseconds(20))
            }
            let explanation = try #require(try await stage.operations.explain(id))
            #expect(explanation.summary.contains("no process works on nobody"))
            _ = try await stage.queue.setPaused(true, queue: "nobody")
            let paused = try #require(try await stage.operations.explain(id))
            #expect(paused.reasons.last?.code == .paused)
            _ = try await stage.operations.cancel(id)
            let ended = try #require(try await stage.operations.explain(id))
            #expect(ended.reasons.map(\.code) == [.ended] && ended.summary.contains("cancelled"))
            #expect(try await stage.operations.explain(JobID(trusted: "op-20200101-000000-00000000")) == nil)
        }
    }

    @Test func `explain tells when a failed step is tried again`() async throws {
        try await withOperationStage { stage in
            let (id, _) = try await stage.operations.create(
                try custom(step("slow", #"{"milliseconds":60000}"#, #""timeout_seconds":1"#), timeoutSeconds: 30)
            )
            while true {
                let reason = try await stage.operations.explain(id)?.reasons.first { $0.code == .retryScheduled }
                // Between the two looks that explain takes, the attempt may have become due.
                if let reason, reason.next != nil {
                    #expect(reason.message.contains("timed_out"))
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            _ = try await stage.operations.cancel(id)
        }
    }

    @Test func `pages of a list have every operation once, also those of one millisecond`() async throws {
        try await withOperationStage { stage in
            let request = try custom(step("a"))
            let made = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<30 { group.addTask { try await stage.operations.create(request).id.rawValue } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            var seen: [String] = []
            var cursor: OperationCursor?
            repeat {
                let page = try await stage.operations.list(limit: 7, cursor: cursor)
                seen += page.operations.map(\.operationId)
                cursor = page.next.flatMap { OperationCursor($0.description) }
            } while cursor != nil
            #expect(seen.count == 30 && Set(seen) == made)
            #expect(try await stage.operations.list(limit: 30).next == nil)
        }
    }

    @Test func `every transition is an event, in order`() async throws {
        try await withOperationStage { stage in
            let (id, _) = try await stage.operations.create(try custom(step("a")))
            _ = try await stage.ended(id)
            let events = try await stage.operations.events(id)
            let states = events.filter { $0.subject == id.rawValue }.map(\.state)
            #expect(
                states.filter { OperationState(rawValue: $0) != nil } == [
                    "planning", "executing", "validating", "completed",
                ]
            )
            let half = try await stage.operations.events(id, after: events[events.count / 2 - 1].id)
            #expect(half.map(\.id) == Array(events.map(\.id).dropFirst(events.count / 2)))
        }
    }
}
