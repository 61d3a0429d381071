import Foundation
import JobModel
import JobQueue
import RedisClient
import TestSupport
import Testing

@testable import Orchestrator

@Suite("A schedule", .redisServer(), .timeLimit(.minutes(3)))
struct ScheduleTests {
    @Test("creates one operation at its planned time, which says where it comes from", arguments: [1, 4])
    func fires(partitions: Int) async throws {
        try await ScheduleStage.with(partitions: partitions) { stage in
            #expect(try await stage.put("hourly", "@hourly", parameters: ["year": 2024]) == .created)
            #expect(try await stage.next("hourly") == "2026-03-01T01:00:00Z")
            #expect(try await stage.schedules.due(limit: 10).next == ScheduleStage.milliseconds("2026-03-01T01:00:00Z"))
            try await stage.turn(to: "2026-03-01T00:59:59Z")
            #expect(try await stage.fireAll() == 0)
            try await stage.turn(to: "2026-03-01T01:00:00Z")
            #expect(try await stage.fireAll() == 1)
            let report = try #require(try await stage.operations.list().operations.first)
            let planned = "2026-03-01T01:00:00Z"
            #expect(report.metadata == ["user_id": "7", "schedule": "hourly", "planned_at": .string(planned)])
            #expect(try await stage.fires("hourly") == ["created \(planned)"])
            #expect(try await stage.next("hourly") == "2026-03-01T02:00:00Z")
            let fire = try #require(try await stage.schedules.fires(ScheduleStage.name("hourly")).first)
            #expect(fire.operation?.rawValue == report.operationId)
            #expect(fire.missedSinceMilliseconds == nil)
            let record = try await stage.operations.record(JobID(trusted: report.operationId))
            #expect(record?.request.parameters == ["year": 2024])
        }
    }

    @Test(
        "that nobody fired for three hours and a half catches up by its policy",
        arguments: [
            (CatchUp.skip, ["missed 2026-03-01T03:00:00Z"], [String]()),
            (.latest, ["created 2026-03-01T03:00:00Z"], ["2026-03-01T03:00:00Z"]),
            (
                .all,
                ["created 2026-03-01T01:00:00Z", "created 2026-03-01T02:00:00Z", "created 2026-03-01T03:00:00Z"],
                ["2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z", "2026-03-01T03:00:00Z"]
            ),
        ]
    )
    func catchesUp(policy: CatchUp, fires: [String], operations: [String]) async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly", catchUp: policy)
            try await stage.turn(to: "2026-03-01T03:30:00Z")
            try await stage.fireAll()
            #expect(try await stage.fires("hourly") == fires)
            #expect(try await stage.operationTimes() == operations)
            #expect(try await stage.next("hourly") == "2026-03-01T04:00:00Z")
            let newest = try #require(try await stage.schedules.fires(ScheduleStage.name("hourly")).first)
            let since = policy == .all ? nil : "2026-03-01T01:00:00Z"
            #expect(ScheduleStage.moment(newest.missedSinceMilliseconds) == since)
            try await stage.turn(to: "2026-03-01T04:00:59Z")
            try await stage.fireAll()
            #expect(try await stage.fires("hourly").last == "created 2026-03-01T04:00:00Z", "this one was not missed")
        }
    }

    @Test("makes up for the newest hundred missed times at most, oldest first")
    func bounded() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("minutely", "* * * * *", catchUp: .all)
            try await stage.turn(to: "2026-03-08T00:00:00Z")
            #expect(try await stage.fireAll() == 100)
            let times = try await stage.operationTimes()
            #expect(times.first == "2026-03-07T22:21:00Z")
            #expect(times.last == "2026-03-08T00:00:00Z")
            #expect(Set(times).count == 100)
            let fires = try await stage.schedules.fires(ScheduleStage.name("minutely"))
            #expect(fires.count == 50, "the record is bounded")
            #expect(try await stage.next("minutely") == "2026-03-08T00:01:00Z")
        }
    }

    @Test("after years without an orchestrator, finds the newest time at once")
    func years() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("minutely", "* * * * *")
            try await stage.put("leap", "0 0 29 2 *")
            try await stage.turn(to: "2031-01-01T12:00:10Z")
            #expect(try await stage.fireAll() == 2)
            #expect(try await stage.operationTimes() == ["2028-02-29T00:00:00Z", "2031-01-01T12:00:00Z"])
        }
    }

    @Test(
        "whose last operation still runs drops the time, waits for the end, or starts another, by its policy",
        arguments: OverlapPolicy.allCases
    )
    func overlaps(policy: OverlapPolicy) async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly", overlap: policy)
            try await stage.turn(to: "2026-03-01T01:00:00Z")
            try await stage.fireAll()
            try await stage.turn(to: "2026-03-01T02:00:00Z")
            try await stage.fireAll()
            let first = "created 2026-03-01T01:00:00Z"
            let running = try #require(try await stage.schedules.get(ScheduleStage.name("hourly"))?.lastOperation)
            switch policy {
            case .skip:
                #expect(try await stage.fires("hourly") == [first, "skipped 2026-03-01T02:00:00Z"])
                let skipped = try await stage.schedules.fires(ScheduleStage.name("hourly")).first
                #expect(skipped?.operation == running, "it says what still ran")
            case .allow: #expect(try await stage.fires("hourly") == [first, "created 2026-03-01T02:00:00Z"])
            case .wait:
                #expect(try await stage.fires("hourly") == [first])
                #expect(try await stage.schedules.due(limit: 10).names.isEmpty, "it is looked at again later")
            }
            try await stage.turn(to: "2026-03-01T02:00:01Z")
            _ = try await stage.operations.cancel(running)
            try await stage.fireAll()
            if policy == .wait { #expect(try await stage.fires("hourly") == [first, "created 2026-03-01T02:00:00Z"]) }
            try await stage.turn(to: "2026-03-01T03:00:00Z")
            if policy == .wait {
                let second = try await stage.schedules.get(ScheduleStage.name("hourly"))?.lastOperation
                _ = try await stage.operations.cancel(try #require(second))
            }
            try await stage.fireAll()
            #expect(try await stage.fires("hourly").last == "created 2026-03-01T03:00:00Z")
        }
    }

    @Test("that is paused drops the times that pass, and goes on with the next")
    func pauses() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly", catchUp: .all)
            let name = try ScheduleStage.name("hourly")
            #expect(try await stage.schedules.setPaused(true, name)?.isPaused == true)
            #expect(try await stage.next("hourly") == nil)
            try await stage.turn(to: "2026-03-01T02:30:00Z")
            #expect(try await stage.fireAll() == 0)
            #expect(try await stage.put("hourly", "@hourly", catchUp: .latest) == .updated)
            #expect(try await stage.schedules.get(name)?.isPaused == true, "a deployment does not resume it")
            #expect(try await stage.schedules.setPaused(false, name)?.isPaused == false)
            #expect(try await stage.schedules.setPaused(false, name)?.isPaused == false)
            #expect(try await stage.next("hourly") == "2026-03-01T03:00:00Z")
            try await stage.turn(to: "2026-03-01T03:00:00Z")
            try await stage.fireAll()
            #expect(try await stage.fires("hourly") == ["created 2026-03-01T03:00:00Z"])
            #expect(try await stage.schedules.setPaused(true, ScheduleStage.name("nobody")) == nil)
        }
    }

    @Test("that is put again keeps the time that is due; other times begin from now")
    func putAgain() async throws {
        try await ScheduleStage.with { stage in
            try await stage.put("hourly", "@hourly", zone: "Asia/Kolkata")
            let version = try await stage.schedules.get(ScheduleStage.name("hourly"))?.version
            #expect(try await stage.put("hourly", "@hourly", zone: "Asia/Kolkata") == .unchanged)
            #expect(try await stage.schedules.get(ScheduleStage.name("hourly"))?.version == version)
            try await stage.turn(to: "2026-03-01T01:10:00Z")
            #expect(try await stage.put("hourly", "@hourly", zone: "Asia/Kolkata", catchUp: .all) == .updated)
            #expect(try await stage.next("hourly") == "2026-03-01T00:30:00Z", "it waits to be caught up")
            #expect(try await stage.put("hourly", "@hourly", zone: "UTC") == .updated)
            #expect(try await stage.next("hourly") == "2026-03-01T02:00:00Z")
            #expect(try await stage.schedules.list().map(\.name.rawValue) == ["hourly"])
        }
    }

    @Test("that is deleted fires no more and leaves no key behind")
    func deleted() async throws {
        try await ScheduleStage.with { stage in
            let name = try ScheduleStage.name("hourly")
            try await stage.put("hourly", "@hourly")
            try await stage.turn(to: "2026-03-01T01:00:00Z")
            try await stage.fireAll()
            #expect(try await stage.schedules.delete(name))
            #expect(try await !stage.schedules.delete(name))
            try await stage.turn(to: "2026-03-01T02:00:00Z")
            #expect(try await stage.fireAll() == 0)
            #expect(try await stage.schedules.get(name) == nil)
            #expect(try await stage.schedules.trigger(name) == nil)
            #expect(try await stage.operationTimes().count == 1, "its operation is left alone")
            let keys = try await stage.queue.partition(0).send(
                RedisCommand("KEYS", "{\(stage.queue.configuration.namespace):*}:schedule*")
            )
            #expect(keys.count == 0)
        }
    }

    @Test("runs by hand at any time, the same key once, and counts as its last operation")
    func triggers() async throws {
        try await ScheduleStage.with { stage in
            let name = try ScheduleStage.name("hourly")
            try await stage.put("hourly", "@hourly", overlap: .skip)
            _ = try await stage.schedules.setPaused(true, name)
            let first = try #require(try await stage.schedules.trigger(name, idempotencyKey: "k"))
            #expect(try await stage.schedules.trigger(name, idempotencyKey: "k") == first)
            #expect(try await stage.fires("hourly") == ["triggered -"])
            let second = try #require(try await stage.schedules.trigger(name))
            #expect(second != first)
            #expect(try await stage.operations.report(second)?.metadata == ["user_id": "7", "schedule": "hourly"])
            #expect(try await stage.schedules.get(name)?.lastOperation == second)
            _ = try await stage.schedules.setPaused(false, name)
            try await stage.turn(to: "2026-03-01T01:00:00Z")
            try await stage.fireAll()
            #expect(try await stage.fires("hourly").last == "skipped 2026-03-01T01:00:00Z")
        }
    }

    @Test("of New York comes at the first moment after the gap, and once in the hour that comes twice")
    func daylightSaving() async throws {
        try await ScheduleStage.with(at: "2027-03-13T12:00:00Z") { stage in
            try await stage.put("gap", "30 2 14 3 *", zone: "America/New_York")
            try await stage.put("fold", "30 1 7 11 *", zone: "America/New_York")
            for moment in ["2027-03-14T06:59:59Z", "2027-03-14T07:00:00Z", "2027-03-14T07:30:00Z"] {
                try await stage.turn(to: moment)
                try await stage.fireAll()
            }
            #expect(try await stage.fires("gap") == ["created 2027-03-14T07:00:00Z"])
            for moment in ["2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z", "2027-11-07T07:30:00Z"] {
                try await stage.turn(to: moment)
                try await stage.fireAll()
            }
            #expect(try await stage.fires("fold") == ["created 2027-11-07T05:30:00Z"])
        }
    }

    @Test("with a request that no operation could hold is refused")
    func tooLarge() async throws {
        try await ScheduleStage.with { stage in
            let text = String(repeating: "x", count: 1 << 20)
            let error = await #expect(throws: JobQueueError.self) {
                try await stage.put("large", "@daily", parameters: ["text": .string(text)])
            }
            #expect(error?.code == .payloadTooLarge)
            #expect(error?.field == "operation.parameters")
            let stored = try await stage.schedules.list()
            #expect(stored.isEmpty)
        }
    }
}
