import Foundation
import JobModel
import PrivateServers
import TestSupport
import Testing

/// `concord review` in a real terminal of 80 by 24, which tmux gives it.
@Suite("concord review", .timeLimit(.minutes(5)))
struct ReviewTerminalTests {
    static let tmux = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// A Redis, a worker that doubts names of one letter, and a terminal.
    private struct Desk {
        let redis: PrivateRedis
        let concord: BuiltProgram
        let tmux: String
        let socket: String

        var environment: [String: String] {
            ["REDIS_URL": redis.url, "CONCORD_REVIEWER": "ada", "CONCORD_CONFIG": ""]
        }

        /// Runs a command and answers its last line.
        func json(_ arguments: String..., status: Int32 = 0) async throws -> JSONValue {
            let run = try await concord.run(arguments + ["--json"], environment: environment)
            #expect(run.status == status, "\(arguments): \(run.output) \(run.errors)")
            return try JSONValue(parsing: try #require(run.lines.last, "\(run.errors)"))
        }

        @discardableResult
        func terminal(_ arguments: String...) throws -> String {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: tmux)
            process.arguments = ["-S", socket, "-f", "/dev/null"] + arguments
            let file = "\(socket).out"
            try Data().write(to: URL(fileURLWithPath: file))
            let output = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            try process.run()
            process.waitUntilExit()
            try output.close()
            let data = try Data(contentsOf: URL(fileURLWithPath: file))
            return String(decoding: data, as: UTF8.self)
        }

        /// Opens the page; what it leaves on the terminal and its exit code show when it has ended.
        func review(_ variables: String = "", as name: String = "ada") throws {
            let settings = "REDIS_URL=\(redis.url) CONCORD_CONFIG= CONCORD_REVIEWER=\(name) \(variables)"
            let command = "echo before; env \(settings) '\(concord.path)' review; echo ended $?; exec sleep 600"
            try terminal("new-session", "-d", "-x", "80", "-y", "24", command)
        }

        func press(_ keys: String...) throws { for key in keys { try terminal("send-keys", key) } }

        /// Waits until the page shows a text; the suite's time limit ends a wait for what never comes.
        @discardableResult
        func shows(_ text: String) async throws -> [String] {
            while true {
                let page = try terminal("capture-pane", "-p")
                if page.contains(text) {
                    return page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func withDesk(waiting names: [String], _ body: (Desk) async throws -> Void) async throws {
        guard let tmux = Self.tmux else { return }
        let redis = try await PrivateRedis.start()
        let worker = try await ChildProcess.spawn(
            ChildCommand(executable: try BuiltProgram("example-worker").path, arguments: [redis.url])
        )
        let socket = FileManager.default.temporaryDirectory
            .appendingPathComponent("tmux-\(UUID().uuidString.prefix(8))").path
        // In the foreground: a server that the first client starts would inherit what tells that the client has ended.
        let server = try await ChildProcess.spawn(
            ChildCommand(executable: tmux, arguments: ["-S", socket, "-f", "/dev/null", "-D"])
        )
        let desk = Desk(redis: redis, concord: try BuiltProgram("concord"), tmux: tmux, socket: socket)
        let result: Result<Void, any Error>
        do {
            while !FileManager.default.fileExists(atPath: socket) {
                try #require(server.exitStatus == nil, "tmux has ended")
                try await Task.sleep(for: .milliseconds(20))
            }
            for name in names {
                _ = try await desk.json("enqueue", "greetings", "greet", "--param", "name=\(name)", "--wait", status: 4)
            }
            try await body(desk)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        _ = await server.terminate()
        try? FileManager.default.removeItem(atPath: "\(desk.socket).out")
        _ = await worker.terminate()
        await redis.terminate()
        try result.get()
    }

    @Test(
        "approves, shows the next one, undoes, helps and restores the terminal",
        .enabled(if: tmux != nil, "tmux is not installed")
    )
    func approveAndUndo() async throws {
        try await withDesk(waiting: ["A", "B"]) { desk in
            try desk.review()
            let page = try await desk.shows("Hello, A!")
            #expect(page[0].contains("ada  2 waiting  0 decided"))
            #expect(page[22].hasPrefix("a approve  x reject"))
            try desk.press("?")
            try await desk.shows("undo the last decision")
            try desk.press("?", "a")
            try await desk.shows("approved")
            try await desk.shows("Hello, B!")
            #expect(try await desk.json("escalations", "list")["escalations"]?[0]?["assignee"] == "ada")
            try desk.press("BSpace")
            try await desk.shows("undone; it waits again")
            try await desk.shows("Hello, A!")
            try desk.press("c", "o", "d", "d", "Enter")
            try await desk.shows("ada: odd")
            try desk.press("q")
            let ended = try await desk.shows("ended 0")
            #expect(ended[0] == "before", "what was on the terminal is there again")
            let left = try await desk.json("escalations", "list", "--state", "open")["escalations"]
            #expect(left?[1] != nil && left?[2] == nil, "both are given back")
        }
    }

    @Test("opens the editor again until an override fits", .enabled(if: tmux != nil, "tmux is not installed"))
    func override() async throws {
        try await withDesk(waiting: ["A"]) { desk in
            // First no JSON, then a result.
            let script = FileManager.default.temporaryDirectory.appendingPathComponent("editor-\(UUID().uuidString)")
                .path
            defer { try? FileManager.default.removeItem(atPath: script) }
            let lines = """
                #!/bin/sh
                if grep -q WRONG "$1"; then echo '{"greeting": "Good day"}' > "$1"; else echo '{"greeting": ' > "$1"; fi
                """
            try lines.write(toFile: script, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script)
            try desk.review("EDITOR=\(script)")
            try await desk.shows("Hello, A!")
            try desk.press("o")
            let page = try await desk.shows("y apply")
            #expect(page.contains("  - \"Hello, A!\"") && page.contains("  + \"Good day\""))
            try desk.press("y")
            try await desk.shows("overridden")
            try await desk.shows("Nothing waits for a person")
            let decided = try await desk.json("escalations", "list", "--state", "resolved")
            let job = try #require(decided["escalations"]?[0]?["job_id"]?.string)
            let escalation = try #require(decided["escalations"]?[0]?["id"]?.string)
            #expect(
                try await desk.json("escalations", "show", escalation)["result"] == ["greeting": "Good day"],
                "\(job)"
            )
        }
    }

    @Test(
        "follows the window, also without colours, and notices what others decide",
        .enabled(if: tmux != nil, "tmux is not installed")
    )
    func resize() async throws {
        try await withDesk(waiting: ["A", "B"]) { desk in
            try desk.review("NO_COLOR=1")
            try await desk.shows("Hello, A!")
            try desk.terminal("resize-window", "-x", "40", "-y", "10")
            let narrow = try await desk.shows("Concord review  2 waiting")
            #expect(narrow.allSatisfy { $0.count <= 40 })
            #expect(!(try desk.terminal("capture-pane", "-p", "-e")).contains("\u{1B}[3"))
            try desk.terminal("resize-window", "-x", "80", "-y", "24")
            try await desk.shows("ada  2 waiting")
            let list = try await desk.json("escalations", "list")
            let shown = try #require(list["escalations"]?[0]?["id"]?.string)
            // The same reviewer decides at another terminal.
            _ = try await desk.json("escalations", "reject", shown)
            try await desk.shows("rejected by ada")
            try desk.press("a")
            try await desk.shows("space goes to the next")
            try desk.press("Space")
            try await desk.shows("Hello, B!")
        }
    }

    @Test(
        "gives back what it shows when it is told to end, and the terminal with it",
        .enabled(if: tmux != nil, "tmux is not installed")
    )
    func terminated() async throws {
        try await withDesk(waiting: ["A"]) { desk in
            try desk.review("TERM=dumb")
            try await desk.shows("Hello, A!")
            #expect(!(try desk.terminal("capture-pane", "-p", "-e")).contains("\u{1B}"))
            let pid = try #require(
                Int32(try desk.terminal("display", "-p", "#{pane_pid}").trimmingCharacters(in: .whitespacesAndNewlines))
            )
            let children = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
            let page = try #require(children.split(separator: " ").first.flatMap { Int32($0) })
            kill(page, SIGTERM)
            try await desk.shows("ended 1")
            #expect(try await desk.json("escalations", "list")["escalations"]?[0]?["state"] == "open")
        }
    }

    @Test("says that it needs a terminal where there is none")
    func noTerminal() async throws {
        let run = try await BuiltProgram("concord").run(["review"], environment: ["CONCORD_CONFIG": ""])
        #expect(run.status == 2)
        #expect(run.errors.contains("needs a terminal"))
    }
}
