import Foundation
import JobModel
import PrivateServers
import TestSupport
import Testing

/// Commands as processes, against a private Redis and the example worker, which greets: a name of one letter is worth
/// a confidence of 0.5, an empty one an error that no other attempt mends.
@Suite("The commands", .timeLimit(.minutes(5)))
struct CommandTests {
    /// A Redis, a worker of queue `greetings`, and the command line.
    private struct Desk {
        let redis: PrivateRedis
        let concord: BuiltProgram

        /// Runs a command against the desk's Redis.
        func run(_ arguments: String...) async throws -> BuiltProgram.Run {
            let environment = ["REDIS_URL": redis.url, "CONCORD_REVIEWER": "ada", "CONCORD_CONFIG": ""]
            return try await concord.run(arguments, environment: environment)
        }

        /// Runs a command with `--json` and reads its last line.
        func json(_ arguments: String..., status: Int32 = 0) async throws -> JSONValue {
            let environment = ["REDIS_URL": redis.url, "CONCORD_REVIEWER": "ada", "CONCORD_CONFIG": ""]
            let run = try await concord.run(arguments + ["--json"], environment: environment)
            #expect(run.status == status, "\(arguments): \(run.output) \(run.errors)")
            return try JSONValue(parsing: try #require(run.lines.last, "\(run.errors)"))
        }

        /// Enqueues a greeting that waits for a person; returns its job and its escalation.
        func escalated() async throws -> (job: String, escalation: String) {
            let job = try await json("enqueue", "greetings", "greet", "--param", "name=A", "--wait", status: 4)
            return (try #require(job["id"]?.string), try #require(job["escalation"]?.string))
        }
    }

    private func withDesk(_ body: (Desk) async throws -> Void) async throws {
        let redis = try await PrivateRedis.start(settings: ["appendonly": "yes"])
        let worker = try await ChildProcess.spawn(
            ChildCommand(executable: try BuiltProgram("example-worker").path, arguments: [redis.url])
        )
        let result: Result<Void, any Error>
        do {
            try await body(Desk(redis: redis, concord: try BuiltProgram("concord")))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        let status = await worker.terminate()
        await redis.terminate()
        try result.get()
        #expect(status == .exited(code: 0), "the example worker ends in good order on SIGTERM")
    }

    @Test("enqueue waits for the result, and the same key enqueues once")
    func enqueue() async throws {
        try await withDesk { desk in
            let job = try await desk.json("enqueue", "greetings", "greet", "--param", "name=Ada", "--wait")
            #expect(job["state"] == "completed")
            #expect(job["result"] == ["greeting": "Hello, Ada!"])
            let first = try await desk.json(
                "enqueue",
                "greetings",
                "greet",
                "--param",
                "name=B",
                "--idempotency-key",
                "k",
                "--priority",
                "9"
            )
            let second = try await desk.json(
                "enqueue",
                "greetings",
                "greet",
                "--param",
                "name=C",
                "--idempotency-key",
                "k"
            )
            #expect(first["duplicate"] == false)
            #expect(second == ["id": try #require(first["id"]), "duplicate": true])
            let text = try await desk.run(
                "enqueue",
                "greetings",
                "greet",
                "--param",
                "name=Ada",
                "--id",
                "mine",
                "--delay",
                "1ms"
            )
            #expect(text.output == "mine\n")
            let failed = try await desk.json("enqueue", "greetings", "greet", "--param", "name=", "--wait", status: 1)
            #expect(failed["state"] == "dead")
        }
    }

    @Test("escalations show the evidence, approve lets the result stand, and a second decision is refused")
    func approve() async throws {
        try await withDesk { desk in
            let (job, id) = try await desk.escalated()
            let list = try await desk.json("escalations", "list")
            #expect(list["total"] == 1)
            #expect(list["escalations"]?[0]?["id"]?.string == id)
            let shown = try await desk.json("escalations", "show", id)
            #expect(shown["reason"] == "low_confidence")
            #expect(shown["confidence"] == 0.5)
            #expect(shown["result"] == ["greeting": "Hello, A!"])
            #expect(shown["parameters"] == ["name": "A"])
            let text = try await desk.run("escalations", "show", id)
            for words in [
                "low_confidence", "confidence  0.50, threshold 0.70", "greeting: Hello, A!", "name: A", "opened",
            ] {
                #expect(text.output.contains(words), "\(words)")
            }
            let decided = try await desk.json("escalations", "approve", id, "--comment", "fine")
            #expect(decided["resolution"] == "approved")
            #expect(decided["reviewer"] == "ada")
            #expect(decided["job_state"] == "completed")
            for word in [["approve"], ["reject"], ["override", "--value", "1"], ["retry"]] {
                let environment = ["REDIS_URL": desk.redis.url]
                let again = try await desk.concord.run(["escalations"] + word + [id], environment: environment)
                #expect(again.status == 1)
                #expect(again.errors.contains("was approved by ada"), "\(again.errors)")
                #expect(again.errors.contains("not applied"))
            }
            #expect(try await desk.json("escalations", "list")["total"] == 0)
            _ = job
        }
    }

    @Test("reject ends the job, override puts another result in its place")
    func rejectAndOverride() async throws {
        try await withDesk { desk in
            let rejected = try await desk.escalated()
            #expect(try await desk.json("escalations", "reject", rejected.escalation)["job_state"] == "cancelled")
            let overridden = try await desk.escalated()
            let value = #"{"greeting":"Good day"}"#
            let decided = try await desk.json("escalations", "override", overridden.escalation, "--value", value)
            #expect(decided["job_state"] == "completed")
            let shown = try await desk.json("escalations", "show", overridden.escalation)
            #expect(shown["result"] == ["greeting": "Good day"])
        }
    }

    @Test("retry runs the job again with other parameters")
    func retry() async throws {
        try await withDesk { desk in
            let (_, id) = try await desk.escalated()
            let decided = try await desk.json(
                "escalations",
                "retry",
                id,
                "--param",
                "name=Grace",
                "--guidance",
                "in full"
            )
            #expect(decided["job_state"] == "ready")
            // The same id, so that --wait waits for the job that runs again.
            let job = try #require(decided["job_id"]?.string)
            let ended = try await desk.json("enqueue", "greetings", "greet", "--param", "name=x", "--id", job, "--wait")
            #expect(ended["result"] == ["greeting": "Hello, Grace!"])
            #expect(ended["guidance"] == "in full")
        }
    }

    @Test("a claim keeps other reviewers out until it is released, and a stale version is refused")
    func claim() async throws {
        try await withDesk { desk in
            let (_, id) = try await desk.escalated()
            #expect(try await desk.json("escalations", "claim", id, "--lease", "10m")["assignee"] == "ada")
            let other = try await desk.run("escalations", "approve", id, "--reviewer", "bob")
            #expect(other.status == 1)
            #expect(other.errors.contains("ada holds the escalation"), "\(other.errors)")
            let stale = try await desk.run("escalations", "approve", id, "--seen-version", "1")
            #expect(stale.status == 1)
            #expect(try await desk.run("escalations", "release", id).status == 0)
            #expect(try await desk.run("escalations", "approve", id, "--reviewer", "bob").status == 0)
        }
    }

    @Test("queues are listed, paused and resumed")
    func queues() async throws {
        try await withDesk { desk in
            _ = try await desk.json("enqueue", "greetings", "greet", "--param", "name=Ada", "--wait")
            let listed = try await desk.json("queues")
            #expect(listed["queues"]?[0]?["queue"] == "greetings")
            #expect(listed["queues"]?[0]?["counters"]?["completed"] == 1)
            #expect(
                try await desk.json("queues", "pause", "greetings") == [
                    "queue": "greetings", "paused": true, "changed": true,
                ]
            )
            #expect(try await desk.json("queues", "pause", "greetings")["changed"] == false)
            #expect(try await desk.json("queues")["queues"]?[0]?["paused"] == true)
            #expect(try await desk.json("queues", "resume", "greetings")["changed"] == true)
            #expect(try await desk.run("queues", "pause", "no_such_queue").status == 1)
            let workers = try await desk.json("workers")
            #expect(workers["workers"]?[0]?["queue"] == "greetings")
            #expect(workers["workers"]?[0]?["actions"] == ["greet"])
        }
    }

    @Test("dead letters are listed, retried and discarded")
    func deadLetters() async throws {
        try await withDesk { desk in
            let job = try await desk.json("enqueue", "greetings", "greet", "--param", "name=", "--wait", status: 1)
            let id = try #require(job["id"]?.string)
            #expect(try await desk.json("dead", "list")["dead_letters"]?[0]?["id"]?.string == id)
            #expect(try await desk.run("dead").output.contains("empty_name"))
            #expect(try await desk.json("dead", "retry", id) == ["id": .string(id), "outcome": "ready"])
            _ = try await desk.json("enqueue", "greetings", "greet", "--id", id, "--wait", status: 1)
            #expect(try await desk.json("dead", "discard", id)["outcome"] == "discarded")
            #expect(try await desk.json("dead", "discard", id, status: 1)["outcome"] == "unknown")
            #expect(try await desk.run("dead").output == "no dead letters\n")
        }
    }

    @Test("doctor tells a sound Redis from one that loses jobs")
    func doctor() async throws {
        try await withDesk { desk in
            let sound = try await desk.json("doctor")
            #expect(sound["healthy"] == true)
            let risky = try await PrivateRedis.start()
            let found = try await desk.json("doctor", "--redis-url", risky.url, status: 1)
            #expect(found["healthy"] == false)
            #expect(try found.encoded.contains("redis.appendonly"))
            await risky.terminate()
        }
    }

    @Test("Redis that cannot be reached is code 3, and a different number of partitions is refused")
    func unreachable() async throws {
        try await withDesk { desk in
            let nobody = try await desk.run("queues", "--redis-url", "redis://127.0.0.1:1")
            #expect(nobody.status == 3)
            #expect(nobody.errors.contains("cannot reach Redis"))
            _ = try await desk.json("enqueue", "greetings", "greet", "--param", "name=Ada", "--wait")
            let other = try await desk.run("queues", "--set", "concord.partitions=4")
            #expect(other.status == 2)
            #expect(other.errors.contains("1 partitions on record"))
        }
    }

    @Test("an operation that nobody takes up is explained, and only a failed one is retried")
    func explain() async throws {
        try await withDesk { desk in
            let created = try await desk.json("operation", "create", "data_pipeline", "--param", "counties=BROWARD")
            guard let id = created["operation_id"]?.string else { throw CancellationError() }
            let explanation = try await desk.json("operation", "explain", id)
            #expect(explanation["status"] == "planning")
            #expect(explanation["summary"]?.string?.contains("no process works on orchestrator") == true)
            let words = try await desk.run("operation", "explain", id)
            #expect(words.output.hasPrefix("\(id) is planning: ") && words.status == 0)
            let retry = try await desk.run("operation", "retry", id)
            #expect(retry.status == 1)
            #expect(retry.errors.contains("only a failed one is retried"), "\(retry.errors)")
        }
    }

    @Test("what does not exist is said to be unknown, with code 1")
    func unknown() async throws {
        try await withDesk { desk in
            for arguments in [
                ["operation", "show", "op-none"], ["operation", "watch", "op-none"],
                ["operation", "cancel", "op-none"], ["operation", "retry", "op-none"],
                ["operation", "explain", "op-none"],
                ["operation", "plan", "op-none"], ["escalations", "show", "esc-1-j-none"],
                ["escalations", "approve", "esc-1-j-none"], ["dead", "retry", "j-none"],
            ] {
                let run = try await desk.concord.run(arguments, environment: ["REDIS_URL": desk.redis.url])
                #expect(run.status == 1, "\(arguments): \(run.errors)")
            }
        }
    }
}
