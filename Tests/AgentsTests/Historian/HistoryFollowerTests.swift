import JobModel
import JobQueue
import Orchestrator
import RedisClient
import TestSupport
import Testing

@testable import Agents

/// Operations that happened while nobody wrote the history, and while several did.
@Suite("Following operations", .postgresServer, .timeLimit(.minutes(10)))
struct HistoryFollowerTests {
    private static let secret = "PERSON WHOSE NAME IS NOT TO BE KEPT"

    private static func play(_ id: String, after: [JSONValue] = [], _ parameters: JSONValue = ["value": 1]) -> JSONValue
    {
        ["id": .string(id), "worker": "stage", "action": "play", "after": .array(after), "parameters": parameters]
    }

    @Test("what happened while no historian ran is written afterwards, once")
    func catchesUp() async throws {
        try await withAgentStage { stage in
            let report = try await stage.run([
                Self.play("a", ["value": .string(Self.secret)]), Self.play("b", after: ["a"]),
            ])
            #expect(report.status == "completed")
            try await stage.catchUp()
            let entries = try await stage.history.oldest(HistoryFilter(operation: report.operationId)).entries
            let told = entries.map { "\($0.subject.replacing(report.operationId, with: "")) \($0.event)" }
            #expect(told.first == " planning")
            for event in [" executing", ":E1 completed", ":E2 completed", " completed"] {
                #expect(told.contains(event), "\(told)")
            }
            #expect(!entries.contains { $0.body.contains(Self.secret) })
            let step = try #require(entries.first { $0.subject.hasSuffix(":E1") && $0.event == "completed" })
            let body = try JSONValue(parsing: step.body)
            #expect(body["result"]?["sha256"]?.string?.count == 64)
            #expect(body["action"] == "play")
            try await stage.catchUp()
            #expect(try await stage.history.head().sequence == entries.count)
            #expect(try await stage.history.verify().findings.isEmpty)
        }
    }

    @Test("the end of an operation that began long ago is written though nobody heard of it")
    func unheard() async throws {
        try await withAgentStage { stage in
            // Its events are never read.
            let events = EventHub(queue: stage.queue, logger: stage.queue.logger)
            let follower = HistoryFollower(
                operations: stage.operations,
                log: stage.history,
                events: events,
                interval: .milliseconds(20),
                logger: stage.queue.logger
            )
            let following = Task { try await follower.run() }
            _ = try await stage.queue.setPaused(true, queue: "stage")
            let (id, _) = try await stage.operations.create(
                OperationRequest(operationType: "custom", parameters: ["steps": .array([Self.play("a")])])
            )
            while try await stage.operations.record(id)?.state != .executing {
                try await Task.sleep(for: .milliseconds(20))
            }
            // It began an hour before its end.
            let partition = stage.queue.partition(of: id)
            let began = try await stage.queue.serverMilliseconds(partition) - 3_600_000
            _ = try await partition.send(
                RedisCommand("ZADD", "\(partition.base):operations", String(began), id.rawValue)
            )
            _ = try await stage.queue.setPaused(false, queue: "stage")
            while try await stage.history.newest(HistoryFilter(operation: id.rawValue, kind: .operation)).entries.first?
                .event != "completed"
            {
                try await Task.sleep(for: .milliseconds(20))
            }
            following.cancel()
            try await following.value
        }
    }

    @Test("a decision is written with who made it and what was said")
    func decisions() async throws {
        try await withAgentStage { stage in
            let parked = try await stage.run([Self.play("a", ["confidence": 0.2])])
            #expect(parked.status == "escalating")
            let id = try #require(parked.escalations.first)
            let version = try #require(try await stage.queue.escalation(id)).version
            _ = try await stage.reviews.decide(id, .approve, version: version, reviewer: "ada", comment: "looked it up")
            _ = try await stage.settled(JobID(trusted: parked.operationId))
            try await stage.catchUp()
            let entries = try await stage.history.newest(HistoryFilter(kind: .decision, actor: "ada")).entries
            let approved = try #require(entries.first { $0.event == "approved" })
            #expect(try JSONValue(parsing: approved.body)["comment"] == "looked it up")
            #expect(approved.operationID == parked.operationId)
        }
    }

    @Test("two running historians write everything once")
    func several() async throws {
        try await withAgentStage(agents: ["historian", "historian"].map { $0 }) { stage in
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try await stage.run([Self.play("a"), Self.play("b")]).operationId) }
            for id in ids {
                // The running follower hears of the end by itself.
                while try await stage.history.newest(HistoryFilter(operation: id, kind: .operation)).entries.first?
                    .event
                    != "completed"
                {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            try await stage.catchUp()
            try await stage.catchUp()
            let report = try await stage.history.verify()
            #expect(report.findings.isEmpty, "\(report.findings)")
            for id in ids {
                let entries = try await stage.history.oldest(HistoryFilter(operation: id)).entries
                #expect(entries.count { $0.kind == .operation && $0.event == "completed" } == 1)
            }
        }
    }

    @Test("an operation whose record is malformed is set aside, and the others are written")
    func malformed() async throws {
        try await withAgentStage { stage in
            var ids: [String] = []
            for _ in 0..<3 { ids.append(try await stage.run([Self.play("a")]).operationId) }
            let partition = stage.queue.partition(of: JobID(trusted: ids[1]))
            _ = try await partition.send(RedisCommand("HSET", "\(partition.base):o:\(ids[1])", "request", "not JSON"))
            try await stage.catchUp()
            for (index, id) in ids.enumerated() {
                let entries = try await stage.history.oldest(HistoryFilter(operation: id)).entries
                #expect(entries.contains { $0.kind == .operation && $0.event == "completed" } == (index != 1))
            }
        }
    }

    @Test("the first run's end that is read after the second's has none of the second's facts")
    func laterRun() async throws {
        try await withAgentStage { stage in
            let failed = try await stage.run([Self.play("a", ["fail": true])])
            let id = JobID(trusted: failed.operationId)
            _ = try await stage.operations.retry(id)
            while try await stage.operations.events(id).count(where: {
                $0.subject == failed.operationId && $0.state == "failed"
            }) < 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await stage.catchUp()
            let ends = try await stage.history.oldest(HistoryFilter(operation: failed.operationId)).entries
                .filter { $0.kind == .operation && $0.event == "failed" }
            #expect(try ends.map { try JSONValue(parsing: $0.body)["error"] != nil } == [false, true])
        }
    }

    @Test("a failed operation that is retried has both runs on record")
    func retried() async throws {
        try await withAgentStage { stage in
            let failed = try await stage.run([Self.play("a", ["fail": true])])
            #expect(failed.status == "failed")
            try await stage.catchUp()
            let id = JobID(trusted: failed.operationId)
            _ = try await stage.operations.retry(id)
            while try await stage.operations.events(id).count(where: {
                $0.subject == failed.operationId && $0.state == "failed"
            }) < 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await stage.catchUp()
            let entries = try await stage.history.oldest(HistoryFilter(operation: failed.operationId)).entries
            #expect(entries.count { $0.kind == .operation && $0.event == "failed" } == 2)
            let error = try #require(entries.last { $0.kind == .operation && $0.event == "failed" })
            #expect(try JSONValue(parsing: error.body)["error"]?.string?.contains("refused") == true)
        }
    }
}
