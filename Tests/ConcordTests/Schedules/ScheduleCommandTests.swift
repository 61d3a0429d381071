import JobModel
import PrivateServers
import TestSupport
import Testing

@Suite("The schedule commands", .timeLimit(.minutes(3)))
struct ScheduleCommandTests {
    private func run(_ arguments: String...) async throws -> BuiltProgram.Run {
        try await run(arguments)
    }

    private func run(_ arguments: [String]) async throws -> BuiltProgram.Run {
        try await BuiltProgram("concord").run(
            ["schedule"] + arguments,
            environment: ["REDIS_URL": try RedisServerTrait.server.url, "CONCORD_CONFIG": ""]
        )
    }

    private func json(_ arguments: String...) async throws -> JSONValue {
        let run = try await run(arguments + ["--json"])
        #expect(run.status == 0, "\(arguments): \(run.errors)")
        return try JSONValue(parsing: try #require(run.lines.last, "\(run.errors)"))
    }

    private static let pipeline = [
        "data_pipeline", "--param", "counties=BROWARD", "--param", "datasets=SDF", "--param", "year=2025",
    ]

    @Test("put, show, list, pause, resume, trigger and delete a schedule", .redisServer())
    func life() async throws {
        let timing = ["--cron", "30 5 * * MON-FRI", "--time-zone", "America/New_York"]
        let put = try await run(["put", "nightly"] + Self.pipeline + timing)
        #expect(put.status == 0, "\(put.errors)")
        #expect(put.lines.first == "nightly: created")
        for words in [
            "30 5 * * MON-FRI  (America/New_York)", "catch-up   latest", "overlap    skip", "BROWARD", "05:30 E",
        ] {
            #expect(put.output.contains(words), "\(words) in \(put.output)")
        }
        let changed = try await run(["put", "nightly"] + Self.pipeline + timing + ["--overlap", "wait"])
        #expect(changed.lines.first == "nightly: updated")
        #expect(try await json("list")["schedules"]?[0]?["overlap"] == "wait")
        #expect(try await run("list").output.contains("America/New_York"))
        #expect(try await json("show", "nightly", "--count", "2")["next_runs"]?[1] != nil)
        #expect(try await json("pause", "nightly")["paused"] == true)
        #expect(try await run("list").output.contains("paused"))
        let triggered = try await json("trigger", "nightly", "--idempotency-key", "k")
        let operation = try #require(triggered["operation_id"]?.string)
        #expect(try await run("trigger", "nightly", "--idempotency-key", "k").output == "\(operation)\n")
        #expect(try await run("show", "nightly").output.contains(operation))
        #expect(try await run("resume", "nightly").output.hasPrefix("nightly is on: next "))
        #expect(try await json("delete", "nightly") == ["deleted": "nightly"])
        for word in ["show", "pause", "resume", "trigger", "delete"] {
            let unknown = try await run(word, "nightly")
            #expect(unknown.status == 1)
            #expect(unknown.errors.contains("there is no schedule nightly"))
        }
        #expect(try await run("list").output == "no schedules\n")
    }

    @Test("a wrong cron expression, zone or parameter is named, with code 2, and nothing is stored", .redisServer())
    func wrong() async throws {
        let bad = try await run(
            "put",
            "bad",
            "data_pipeline",
            "--cron",
            "61 5 * * *",
            "--time-zone",
            "EST",
            "--param",
            "counties=NOWHERE"
        )
        #expect(bad.status == 2)
        for words in ["cron: minute: 61 is not from 0 to 59", "time_zone: must be", "operation.parameters.counties[0]"]
        {
            #expect(bad.errors.contains(words), "\(words) in \(bad.errors)")
        }
        #expect(try await run(["put", "no name"] + Self.pipeline + ["--cron", "@daily"]).status == 2)
        #expect(try await run(["put", "bad"] + Self.pipeline + ["--cron", "@daily", "--overlap", "x"]).status == 2)
        #expect(try await run("show", "a:b").status == 2)
        #expect(try await json("list") == ["schedules": []])
    }

    @Test("preview shows the next times through a change of the clocks, without Redis")
    func preview() async throws {
        let arguments = [
            "schedule", "preview", "--cron", "30 2 * * *", "--time-zone", "America/New_York", "--from",
            "2027-03-13T12:00:00Z", "--count", "2",
        ]
        let run = try await BuiltProgram("concord").run(arguments, environment: ["REDIS_URL": "redis://127.0.0.1:1"])
        #expect(
            run.lines == [
                "Sun 2027-03-14 03:00 EDT  2027-03-14T07:00:00Z", "Mon 2027-03-15 02:30 EDT  2027-03-15T06:30:00Z",
            ]
        )
        let json = try await BuiltProgram("concord").run(arguments + ["--json"])
        #expect(
            try JSONValue(parsing: json.output) == [
                "cron": "30 2 * * *", "time_zone": "America/New_York",
                "next_runs": ["2027-03-14T07:00:00Z", "2027-03-15T06:30:00Z"],
            ]
        )
        for wrong in [["--count", "0"], ["--from", "noon"], ["--cron", "x"]] {
            #expect(try await BuiltProgram("concord").run(arguments + wrong).status == 2, "\(wrong)")
        }
    }
}
