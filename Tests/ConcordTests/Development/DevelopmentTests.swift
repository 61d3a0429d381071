import Agents
import Foundation
import FoundationNetworking
import JobModel
import PrivateServers
import TestSupport
import Testing
import Workers

@testable import concord

/// `concord dev` as a process of its own, in a folder of its own.
@Suite("concord dev", .timeLimit(.minutes(5)))
struct DevelopmentTests {
    /// A running `concord dev`.
    private struct Stack {
        let folder: String
        let process: ChildProcess
        let concord: BuiltProgram

        /// What it says that runs, by name.
        func processes() throws -> [String: Int32] {
            let text = try String(contentsOfFile: "\(folder)/.concord/processes", encoding: .utf8)
            return Dictionary(
                text.split(separator: "\n").compactMap { line in
                    let words = line.split(separator: " ")
                    return words.count == 3 ? Int32(words[1]).map { (String(words[0]), $0) } : nil
                }
            ) { $1 }
        }

        /// Waits until something holds, while the process lives.
        func until(_ condition: () throws -> Bool) async throws {
            while try !condition() {
                try #require(process.exitStatus == nil, "concord dev has ended")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func withStack(_ body: (Stack) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("concord-dev-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let concord = try BuiltProgram("concord")
        let process = try await ChildProcess.spawn(
            ChildCommand(
                executable: concord.path,
                arguments: [
                    "dev", "--ephemeral-ports", "--folder", "\(folder)/.concord", "--logs", "\(folder)/logs", "--set",
                    "concord.lease=1s",
                ],
                logFile: "\(folder)/dev.log"
            )
        )
        let stack = Stack(folder: folder, process: process, concord: concord)
        let result: Result<Void, any Error>
        do {
            try await stack.until { FileManager.default.fileExists(atPath: "\(folder)/.concord/processes") }
            try await body(stack)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await process.terminate(grace: .seconds(60))
        try? FileManager.default.removeItem(atPath: folder)
        try result.get()
    }

    private static let roles = Set(
        ["redis", "postgres", "orchestrator"] + WorkerCatalog.kinds.map(\.name.rawValue)
            + AgentCatalog.kinds.map(\.name.rawValue)
    )

    private func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test("runs each role as a process, and Ctrl-C leaves none behind")
    func interrupt() async throws {
        try await withStack { stack in
            let processes = try stack.processes()
            #expect(Set(processes.keys) == Self.roles)
            #expect(processes.values.allSatisfy(isAlive))
            let doctor = try await stack.concord.run(["doctor", "--json"], folder: stack.folder)
            #expect(doctor.status == 0, "\(doctor.output) \(doctor.errors)")
            stack.process.signal(SIGINT)
            #expect(await stack.process.waitForExit() == .exited(code: 0))
            for (name, pid) in processes { #expect(!isAlive(pid), "\(name)") }
            #expect(!FileManager.default.fileExists(atPath: "\(stack.folder)/.concord/concord.pid"))
            #expect(!FileManager.default.fileExists(atPath: "\(stack.folder)/.concord/running.yaml"))
        }
    }

    @Test("starts a killed worker and a killed Redis again, and operations go on")
    func restarts() async throws {
        try await withStack { stack in
            let before = try stack.processes()
            for name in ["florida_data", "redis"] {
                let pid = try #require(before[name])
                #expect(kill(pid, SIGKILL) == 0)
                try await stack.until { try stack.processes()[name] != pid }
            }
            let run = try await stack.concord.run(
                [
                    "operation", "create", "data_pipeline", "--param", "counties=BROWARD", "--param", "datasets=SDF",
                    "--param",
                    "year=2025", "--wait", "--json",
                ],
                folder: stack.folder
            )
            #expect(run.status == 0, "\(run.output) \(run.errors)")
            let report = try JSONValue(parsing: try #require(run.lines.last))
            #expect(report["status"] == "completed")
            let id = try #require(report["operation_id"]?.string)
            let plan = try await stack.concord.run(["operation", "plan", id, "--mermaid"], folder: stack.folder)
            #expect(plan.output.contains("E1 --> E2"))
            let list = try await stack.concord.run(["operation", "list"], folder: stack.folder)
            #expect(list.output.contains(id))
        }
    }

    @Test("an impossible county is a failed operation, which a person retries with another one")
    func impossibleRequest() async throws {
        try await withStack { stack in
            let create = try await stack.concord.run(
                [
                    "operation", "create", "data_pipeline", "--param", "counties=ATLANTIS", "--param", "year=2025",
                    "--wait", "--json",
                ],
                folder: stack.folder
            )
            #expect(create.status == 1)
            let report = try JSONValue(parsing: try #require(create.lines.last))
            #expect(report["status"] == "failed")
            #expect(report["requires_human"] == true)
            let escalation = try #require(report["escalations"]?[0]?.string)
            let retry = try await stack.concord.run(
                ["escalations", "retry", escalation, "--param", "counties=BROWARD"],
                folder: stack.folder
            )
            #expect(retry.status == 0, "\(retry.errors)")
            let id = try #require(report["operation_id"]?.string)
            try await stack.until { try stack.processes().count == Self.roles.count }
            var status = ""
            while status != "completed" {
                let shown = try await stack.concord.run(["operation", "show", id, "--json"], folder: stack.folder)
                status = try JSONValue(parsing: try #require(shown.lines.last))["status"]?.string ?? ""
                try #require(status != "cancelled")
            }
        }
    }

    @Test("a second one in the same folder is refused")
    func second() async throws {
        try await withStack { stack in
            let other = try await stack.concord.run(["dev", "--ephemeral-ports"], folder: stack.folder)
            #expect(other.status == 1)
            #expect(other.errors.contains("runs here already, as process \(stack.process.pid)"))
        }
    }

    @Test(
        "a process whose servers are not there yet waits, says that it is not ready, and ends when it is told to",
        arguments: [["orchestrator"], ["worker", "florida_data"]]
    )
    func waiting(role: [String]) async throws {
        let port = try LoopbackPort.chosen(nil)
        let nowhere = ["REDIS_URL": "redis://127.0.0.1:1", "DATABASE_URL": "postgres://127.0.0.1:1/none"]
        let process = try await ChildProcess.spawn(
            ChildCommand(
                executable: try BuiltProgram("concord").path,
                arguments: role + ["--port", String(port)],
                environment: ProcessInfo.processInfo.environment.merging(nowhere) { $1 }
            )
        )
        let url = try #require(URL(string: "http://127.0.0.1:\(port)/health"))
        var status: Int?
        while status == nil {
            try #require(process.exitStatus == nil)
            // Refused until the server listens.
            status = (try? await URLSession.shared.data(from: url).1 as? HTTPURLResponse)?.statusCode
        }
        #expect(status == 503)
        let began = ContinuousClock.now
        process.signal(SIGTERM)
        #expect(await process.waitForExit() == .exited(code: 0))
        #expect(ContinuousClock.now - began < .seconds(10))
    }

    @Test("ports move by an offset, and one that is in use is named")
    func ports() throws {
        let free = try DevelopmentPorts(kinds: [], agents: [], offset: 0, ephemeral: true)
        #expect(Set([free.redis, free.postgres, free.orchestrator]).count == 3)
        let far = try #require(throws: CommandFailure.self) {
            try DevelopmentPorts(kinds: [], agents: [], offset: 60_000, ephemeral: false)
        }
        #expect(far.status == .usage)
    }
}
