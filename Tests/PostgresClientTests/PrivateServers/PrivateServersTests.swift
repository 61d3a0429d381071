import Foundation
import Glibc
import PrivateServers
import Testing

@Suite("Private servers", .timeLimit(.minutes(3)))
struct PrivateServersTests {
    @Test("a private Redis keeps its data over a restart, takes its settings and goes with its folder")
    func redis() async throws {
        let server = try await PrivateRedis.start(settings: ["appendonly": "yes", "maxmemory": "64mb"])
        #expect(try await redisCLI(server, "SET", "k", "v") == "OK")
        #expect(try await redisCLI(server, "CONFIG", "GET", "maxmemory").contains("67108864"))
        let pid = server.pid
        await server.kill()
        #expect(server.child.exitStatus == .signalled(signal: SIGKILL))
        try await server.restart(changing: ["maxmemory": "32mb"])
        #expect(server.pid != pid)
        #expect(try await redisCLI(server, "GET", "k") == "v")
        #expect(try await redisCLI(server, "CONFIG", "GET", "maxmemory").contains("33554432"))
        await server.terminate()
        #expect(!FileManager.default.fileExists(atPath: server.folder))
    }

    @Test("a private PostgreSQL starts again on its own folder with its own password")
    func postgres() async throws {
        let folder = "/tmp/concord-test-\(UInt64.random(in: 0...UInt64.max))"
        let first = try await PrivatePostgres.start(folder: folder, durability: .fast)
        _ = try await first.createDatabase("kept")
        await first.terminate()
        let second = try await PrivatePostgres.start(folder: folder, durability: .fast)
        #expect(second.password == first.password)
        let error = await #expect(throws: PrivateServerError.self) { try await second.createDatabase("kept") }
        #expect(error?.message.contains("already exists") == true)
        await second.terminate()
        #expect(FileManager.default.fileExists(atPath: folder))
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("a server that cannot start says why")
    func refusal() async throws {
        let error = await #expect(throws: PrivateServerError.self) {
            try await PrivateRedis.start(settings: ["maxmemory-policy": "nonsense"])
        }
        #expect(error?.code == .exitedEarly)
        #expect(error?.message.contains("maxmemory-policy") == true)
    }

    @Test("a child process gets its environment, logs to its file and tells how it ended")
    func child() async throws {
        let log = "/tmp/concord-test-\(UInt64.random(in: 0...UInt64.max)).log"
        let command = ChildCommand(
            executable: "/bin/sh",
            arguments: ["-c", "echo $WORD; exit 7"],
            environment: ["WORD": "hello"],
            logFile: log
        )
        #expect(await (try ChildProcess.spawn(command)).waitForExit() == .exited(code: 7))
        #expect(try String(contentsOfFile: log, encoding: .utf8) == "hello\n")
        try FileManager.default.removeItem(atPath: log)
    }

    @Test("a child that ignores SIGTERM is killed after the grace period")
    func stubborn() async throws {
        let log = "/tmp/concord-test-\(UInt64.random(in: 0...UInt64.max)).log"
        let command = ChildCommand(
            executable: "/bin/sh",
            arguments: ["-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"],
            logFile: log
        )
        let child = try await ChildProcess.spawn(command)
        // A signal that comes before the trap is set would end it.
        while (try? String(contentsOfFile: log, encoding: .utf8)) != "deaf\n" {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(await child.terminate(grace: .milliseconds(100)) == .signalled(signal: SIGKILL))
        child.signal(SIGTERM)
        #expect(child.exitStatus == .signalled(signal: SIGKILL))
        try FileManager.default.removeItem(atPath: log)
    }

    @Test("an executable that is missing is an error")
    func missing() async throws {
        let command = ChildCommand(executable: "/nonexistent/program", deathSignal: nil)
        let error = await #expect(throws: PrivateServerError.self) { try await ChildProcess.spawn(command) }
        #expect(error?.code == .spawnFailed)
    }

    private func redisCLI(_ server: PrivateRedis, _ arguments: String...) async throws -> String {
        let log = "\(server.folder)/cli-\(UInt64.random(in: 0...UInt64.max)).log"
        let program = try #require(ExecutableSearch.find("redis-cli"))
        let command = ChildCommand(executable: program, arguments: ["-p", "\(server.port)"] + arguments, logFile: log)
        _ = await (try ChildProcess.spawn(command)).waitForExit()
        return try String(contentsOfFile: log, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
