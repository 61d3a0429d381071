import Foundation
import Glibc
import Synchronization

/// A redis-server of our own on a loopback port, in a folder of its own.
///
/// The process ends with this one, however this one ends (see `ChildCommand.deathSignal`).
package final class PrivateRedis: Sendable {
    private struct State {
        var child: ChildProcess
        var settings: [String: String]
    }

    /// The TCP port on 127.0.0.1.
    package let port: Int
    private let executable: String
    private let arguments: [String]
    private let serverFolder: ServerFolder
    private let state: Mutex<State>

    /// Starts a server and waits until it answers PING.
    ///
    /// Without a `folder` it keeps its files in a temporary one, which `terminate()` deletes; without a `port` it takes
    /// a free one. `settings` are directives of redis.conf over the defaults (no RDB, no AOF), as in
    /// `["appendonly": "yes"]`; `arguments` are further command-line arguments, as in `["--sentinel"]`.
    package static func start(
        folder: String? = nil,
        port: Int? = nil,
        settings: [String: String] = [:],
        arguments: [String] = []
    ) async throws(PrivateServerError) -> PrivateRedis {
        guard let executable = ExecutableSearch.find("redis-server") else {
            throw PrivateServerError(
                code: .executableNotFound,
                message: "redis-server is not installed: apt-get install redis-server"
            )
        }
        let serverFolder = try ServerFolder(path: folder, prefix: "concord-redis")
        var attempts = port == nil ? 5 : 1
        while true {
            attempts -= 1
            let chosen = try LoopbackPort.chosen(port)
            do {
                let launch = try prepare(executable, arguments, serverFolder, chosen, settings)
                let child = try await launch.run(timeout: .seconds(30))
                return PrivateRedis(
                    chosen,
                    executable,
                    arguments,
                    serverFolder,
                    State(child: child, settings: settings)
                )
            } catch  where error.code == .exitedEarly && attempts > 0 {
                continue  // Another process may have taken the port between our look and the server's bind.
            } catch {
                serverFolder.removeIfTemporary()
                throw error
            }
        }
    }

    private init(_ port: Int, _ executable: String, _ arguments: [String], _ folder: ServerFolder, _ state: State) {
        self.port = port
        self.executable = executable
        self.arguments = arguments
        serverFolder = folder
        self.state = Mutex(state)
    }

    deinit {
        state.withLock { $0.child.signal(SIGTERM) }
    }

    /// The process id of the running, or last run, server.
    package var pid: Int32 { child.pid }

    /// The server's process.
    package var child: ChildProcess { state.withLock { $0.child } }

    /// The folder with the server's data, configuration and log.
    package var folder: String { serverFolder.path }

    /// The server's log.
    package var logFile: String { serverFolder.file("redis.log") }

    /// The path of the Unix socket, nil when the folder's path is too long for one.
    package var socketPath: String? { Self.socketPath(serverFolder) }

    /// The address as `redis://127.0.0.1:PORT`.
    package var url: String { "redis://127.0.0.1:\(port)" }

    /// Stops the server in good order, saving as its settings say, and deletes a temporary folder.
    package func terminate() async {
        await child.terminate()
        serverFolder.removeIfTemporary()
    }

    /// Kills the server with SIGKILL and waits for its end; the folder stays for `restart()`.
    package func kill() async {
        await child.kill()
    }

    /// Stops the server if it runs, and starts it again on the same folder and port, with changed directives if given.
    package func restart(changing settings: [String: String] = [:]) async throws(PrivateServerError) {
        await child.terminate()
        let merged = state.withLock { state in
            state.settings.merge(settings) { $1 }
            return state.settings
        }
        let launch = try Self.prepare(executable, arguments, serverFolder, port, merged)
        let child = try await launch.run(timeout: .seconds(60))
        state.withLock { $0.child = child }
    }

    private static func socketPath(_ folder: ServerFolder) -> String? {
        let path = folder.file("redis.sock")
        return path.utf8.count < 108 ? path : nil  // sun_path of sockaddr_un
    }

    /// Writes redis.conf and describes the launch.
    private static func prepare(
        _ executable: String,
        _ arguments: [String],
        _ folder: ServerFolder,
        _ port: Int,
        _ settings: [String: String]
    ) throws(PrivateServerError) -> ServerLaunch {
        var directives = [
            "port": String(port), "bind": "127.0.0.1", "dir": "\"\(folder.path)\"", "daemonize": "no", "save": "",
            "appendonly": "no",
        ]
        directives["unixsocket"] = socketPath(folder).map { "\"\($0)\"" }
        directives.merge(settings) { $1 }
        let text = directives.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.isEmpty ? "\"\"" : $0.value)\n" }
        let file = folder.file("redis.conf")
        do {
            try text.joined().write(toFile: file, atomically: true, encoding: .utf8)
        } catch {
            throw PrivateServerError(code: .folderUnusable, message: "cannot write \(file): \(error)")
        }
        let command = ChildCommand(
            executable: executable,
            arguments: [file] + arguments,
            logFile: folder.file("redis.log")
        )
        return ServerLaunch(name: "redis-server", command: command, folder: folder) {
            // A server that wants a password answers too; one that still loads its data does not serve yet.
            LoopbackPort.exchange(port: port, request: Array("PING\r\n".utf8)).map { reply in
                reply.starts(with: Array("+PONG".utf8)) || reply.starts(with: Array("-NOAUTH".utf8))
            } ?? false
        }
    }
}
