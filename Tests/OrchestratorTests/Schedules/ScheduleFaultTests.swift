import Foundation
import JobModel
import JobQueue
import Logging
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

@testable import Orchestrator

/// Several orchestrators at once, and each of them dead at any moment: one operation for each planned time.
@Suite("A planned time", .redisServer(), .timeLimit(.minutes(3)))
struct ScheduleFaultTests {
    private static let planned = "2026-03-01T01:00:00Z"

    @Test("becomes one operation, however many services race for it", arguments: [1, 4])
    func race(partitions: Int) async throws {
        try await ScheduleStage.with(partitions: partitions) { stage in
            let names = (0..<10).map { "s\($0)" }
            for name in names { try await stage.put(name, "* * * * *", catchUp: .all) }
            let others = try (0..<4).map { _ in try stage.another() }
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let group = ServiceGroup(
                services: others.map { ScheduleService(schedules: $0.schedules, logger: logger) },
                logger: logger
            )
            let task = Task { try await group.run() }
            for minute in 1...12 {
                try await stage.turn(to: String(format: "2026-03-01T00:%02d:00Z", minute))
                while try await stage.schedules.list().contains(where: {
                    $0.firing != nil || ($0.nextMilliseconds ?? 0) % 3_600_000 / 60_000 <= minute
                }) {
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            await group.triggerGracefulShutdown()
            try await task.value
            for other in others { await other.queue.close() }
            let expected = (1...12).map { String(format: "2026-03-01T00:%02d:00Z", $0) }
            for name in names {
                #expect(try await stage.fires(name) == expected.map { "created \($0)" })
            }
            let times = try await stage.operationTimes()
            #expect(times == expected.flatMap { Array(repeating: $0, count: names.count) })
        }
    }

    /// A step that a process dies after.
    enum Step: CaseIterable {
        case decided, submitted
    }

    /// What a process does before it dies: the decision, and perhaps the submission.
    private func die(after step: Step, _ stage: ScheduleStage) async throws -> JobID {
        let name = try ScheduleStage.name("hourly")
        let record = try #require(try await stage.schedules.get(name))
        let planned = String(try ScheduleStage.milliseconds(Self.planned))
        let key = "schedule/hourly/\(planned)"
        let operation = stage.queue.ids.operation(key: key)
        let next = String(try ScheduleStage.milliseconds("2026-03-01T02:00:00Z"))
        let reply = try await stage.queue.partition(0).call(
            "fire_schedule",
            ["hourly", String(record.version), "create", planned, next, operation.rawValue, "1000"]
        )
        #expect(reply[0].string == "applied")
        guard step == .submitted else { return operation }
        let at = try ScheduleStage.milliseconds(Self.planned)
        let request = Schedules.request(record.definition.request, of: name, plannedMilliseconds: at)
        return try await stage.operations.create(request, idempotencyKey: key, id: operation).id
    }

    @Test(
        "that a process decided before it died is fired by another one after its lease",
        arguments: Step.allCases,
        [1, 4]
    )
    func takeover(step: Step, partitions: Int) async throws {
        try await ScheduleStage.with(partitions: partitions) { stage in
            try await stage.put("hourly", "@hourly")
            try await stage.turn(to: Self.planned)
            let operation = try await die(after: step, stage)
            #expect(try await stage.fireAll() == 0, "the process may still be at it")
            try await stage.turn(to: "2026-03-01T01:00:01Z")
            #expect(try await stage.fireAll() == 1)
            #expect(try await stage.fires("hourly") == ["created \(Self.planned)"])
            #expect(try await stage.operations.list().operations.map(\.operationId) == [operation.rawValue])
            #expect(try await stage.next("hourly") == "2026-03-01T02:00:00Z")
        }
    }

    @Test("stays one operation when everything was down for longer than idempotency keys are kept")
    func keyGone() async throws {
        try await ScheduleStage.with(idempotencyLife: .milliseconds(1)) { stage in
            try await stage.put("hourly", "@hourly")
            try await stage.turn(to: Self.planned)
            let operation = try await die(after: .submitted, stage)
            try await stage.turn(to: "2026-03-01T01:30:00Z")
            #expect(try await stage.fireAll() == 1)
            #expect(try await stage.operations.list().operations.map(\.operationId) == [operation.rawValue])
        }
    }

    @Test("stays one operation when Redis lost the decision and kept the submission")
    func decisionLost() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly")
            try await stage.turn(to: Self.planned)
            let key = "\(stage.queue.partition(0).base):schedule:hourly"
            let before = try await stage.queue.partition(0).send(RedisCommand("DUMP", key))
            let operation = try await die(after: .submitted, stage)
            var restore = RedisCommand("RESTORE", key, "0")
            restore.append(bytes: try #require(before.bytes))
            restore.append("REPLACE")
            _ = try await stage.queue.partition(0).send(restore)
            try await stage.turn(to: "2026-03-01T01:00:02Z")
            #expect(try await stage.fireAll() == 1)
            #expect(try await stage.operations.list().operations.map(\.operationId) == [operation.rawValue])
            let fire = try await stage.schedules.fires(ScheduleStage.name("hourly")).first
            #expect(fire?.operation == operation, "the record names the operation that there is")
        }
    }

    @Test("that was decided ends with the request it began with, though the schedule is changed or paused meanwhile")
    func changedMeanwhile() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly", parameters: ["year": 2024])
            try await stage.turn(to: Self.planned)
            let operation = try await die(after: .decided, stage)
            try await stage.put("hourly", "@daily", parameters: ["year": 2026])
            _ = try await stage.schedules.setPaused(true, ScheduleStage.name("hourly"))
            try await stage.turn(to: "2026-03-01T01:00:01Z")
            #expect(try await stage.fireAll() == 1)
            #expect(try await stage.operations.record(operation)?.request.parameters == ["year": 2024])
            #expect(try await stage.schedules.due(limit: 10).next == nil, "it is paused now")
        }
    }

    @Test("is decided once: late, early and stale decisions change nothing")
    func answers() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly")
            func decide(_ version: Int, _ planned: String, name: String = "hourly") async throws -> String? {
                try await stage.queue.partition(0).call(
                    "fire_schedule",
                    [name, String(version), "missed", String(try ScheduleStage.milliseconds(planned)), "", "", "0"]
                )[0].string
            }
            #expect(try await decide(1, Self.planned) == "early")
            try await stage.turn(to: Self.planned)
            #expect(try await decide(2, Self.planned) == "conflict")
            #expect(try await decide(1, Self.planned, name: "other") == "unknown")
            #expect(try await decide(1, Self.planned) == "applied")
            #expect(try await decide(1, Self.planned) == "conflict")
            #expect(try await decide(2, Self.planned) == "conflict", "there is no time to come")
            func record(_ name: String, _ pin: String, _ operation: String) async throws -> String? {
                try await stage.queue.partition(0).call("record_fire", [name, pin, operation, "created"])[0].string
            }
            #expect(try await record("hourly", "op-1", "op-1") == "known")
            #expect(try await record("other", "op-1", "op-1") == "unknown")
            func pause(_ name: String, _ version: Int, _ word: String) async throws -> String? {
                try await stage.queue.partition(0).call("pause_schedule", [name, String(version), word, ""])[0].string
            }
            #expect(try await pause("hourly", 1, "1") == "conflict")
            #expect(try await pause("other", 1, "1") == "unknown")
            #expect(try await pause("hourly", 2, "0") == "unchanged")
            #expect(try await pause("hourly", 2, "1") == "changed")
            #expect(try await stage.fires("hourly") == ["missed \(Self.planned)"])
        }
    }

    @Test("whose operation cannot be created at all is recorded as failed, and the next one comes")
    func failed() async throws {
        try await ScheduleStage.with { stage in
            // No put lets this through: a schedule that was put under a higher limit than there is now.
            try await stage.put("hourly", "@hourly")
            let limit = stage.queue.configuration.maximumPayloadBytes
            let request = OperationRequest(
                operationType: "play",
                parameters: ["text": .string(String(repeating: "x", count: limit))]
            )
            let text = String(decoding: try JSONCoding.encode(request), as: UTF8.self)
            let key = "\(stage.queue.partition(0).base):schedule:hourly"
            _ = try await stage.queue.partition(0).send(RedisCommand("HSET", key, "request", text))
            try await stage.turn(to: Self.planned)
            try await stage.fireAll()
            #expect(try await stage.fires("hourly") == ["failed \(Self.planned)"])
            #expect(try await stage.operationTimes().isEmpty)
            #expect(try await stage.next("hourly") == "2026-03-01T02:00:00Z")
        }
    }

    @Test("is fired by a service whose connection broke, on a server that lost its functions", .redisServer())
    func outage() async throws {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly")
            let other = try stage.another()
            let group = ServiceGroup(
                services: [ScheduleService(schedules: other.schedules, logger: logger)],
                logger: logger
            )
            let task = Task { try await group.run() }
            let redis = stage.queue.partition(0)
            _ = try await redis.send(RedisCommand("FUNCTION", "FLUSH"))
            _ = try await redis.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
            try await stage.turn(to: Self.planned)
            while try await stage.fires("hourly").isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            await group.triggerGracefulShutdown()
            try await task.value
            await other.queue.close()
            #expect(try await stage.fires("hourly") == ["created \(Self.planned)"])
        }
    }
}
