import Foundation
import JobModel
import Logging
import PrivateServers
import RedisClient
import TestSupport
import Testing

@testable import JobQueue

/// Real orchestrator processes that die by SIGKILL in the middle of a fire.
@Suite("A killed orchestrator", .timeLimit(.minutes(4)))
struct ScheduleKillTests {
    /// A Redis whose functions are those of this build, but that the clock is turned by the test, and that one of them
    /// can be made to fail: a process that calls it has done all before, and gets no further.
    private struct Trap {
        let redis: PrivateRedis
        let queue: JobQueue

        static let base = "{concord:0}"

        init(_ redis: PrivateRedis) throws {
            self.redis = redis
            queue = try JobQueue(
                configuration: JobQueueConfiguration(redisURL: redis.url),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
        }

        func send(_ words: String...) async throws -> RedisReply {
            try await queue.partition(0).send(RedisCommand(words: words))
        }

        /// Loads the library under the name that the processes call, with a failing function or none.
        func load(failing function: String?) async throws {
            var code = FunctionLibrary.current.library.code
            code = code.replacingOccurrences(
                of: "local t = redis.call('TIME')",
                with: "local t = redis.call('TIME'); t[1] = t[1] + (redis.call('GET', 'shift') or 0)"
            )
            if let function {
                let head = "local function \(function)(keys, args)\n"
                try #require(code.contains(head))
                let trap = "do redis.call('INCR', 'trapped'); return redis.error_reply('ERR trapped') end\n"
                code = code.replacingOccurrences(
                    of: head,
                    with: head + "if redis.call('EXISTS', 'trap') == 1 then \(trap) end\n"
                )
                _ = try await send("SET", "trap", "1")
            } else {
                _ = try await send("DEL", "trap")
            }
            _ = try await send("FUNCTION", "LOAD", "REPLACE", code)
        }

        /// Starts an orchestrator and waits until it has claimed its place.
        func orchestrator() async throws -> ChildProcess {
            try await ChildProcess.spawn(
                ChildCommand(
                    executable: try BuiltProgram("concord").path,
                    arguments: ["orchestrator", "--port", "0", "--redis-url", redis.url, "--set", "concord.lease=1s"]
                )
            )
        }
    }

    private func wait(_ isDone: () async throws -> Bool) async throws {
        while try await !isDone() { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test(
        "leaves a planned time that another one fires once",
        arguments: ["submit_operation", "record_fire"],
        [false, true]
    )
    func killed(function: String, another: Bool) async throws {
        let redis = try await PrivateRedis.start()
        let trap = try Trap(redis)
        var processes: [ChildProcess] = []
        let result: Result<Void, any Error>
        do {
            try await trap.load(failing: function)
            let put = try await BuiltProgram("concord").run(
                [
                    "schedule", "put", "nightly", "data_pipeline", "--cron", "@yearly", "--overlap", "allow",
                    "--param", "counties=BROWARD", "--param", "datasets=SDF", "--param", "year=2025",
                ],
                environment: ["REDIS_URL": redis.url, "CONCORD_CONFIG": ""]
            )
            #expect(put.status == 0, "\(put.errors)")
            processes.append(try await trap.orchestrator())
            if another { processes.append(try await trap.orchestrator()) }
            // Past the next New Year's midnight, which is due by the server's clock alone.
            _ = try await trap.send("SET", "shift", String(366 * 86_400))
            try await wait { try await (trap.send("GET", "trapped").integer ?? 0) > 0 }
            let fires = "\(Trap.base):schedule:nightly:fires"
            #expect(try await trap.send("EXISTS", fires).integer == 0)
            let submitted = function == "record_fire" ? 1 : 0
            #expect(try await trap.send("ZCARD", "\(Trap.base):operations").integer == submitted)
            await processes.removeFirst().kill()
            try await trap.load(failing: nil)
            if !another { processes.append(try await trap.orchestrator()) }
            try await wait { try await trap.send("EXISTS", fires).integer == 1 }
            #expect(try await trap.send("LLEN", fires).integer == 1)
            #expect(try await trap.send("ZCARD", "\(Trap.base):operations").integer == 1)
            let operation = try #require(try await trap.send("ZRANGE", "\(Trap.base):operations", "0", "0")[0].string)
            let line = try #require(try await trap.send("LINDEX", fires, "0").string)
            #expect(line.hasSuffix(" created \(operation)"))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        for process in processes { _ = await process.terminate() }
        await trap.queue.close()
        await redis.terminate()
        try result.get()
    }
}
