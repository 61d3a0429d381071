import Foundation
import Glibc
import Synchronization

/// A PostgreSQL server of our own on a loopback port, in a folder of its own.
///
/// When this process is root the server runs as user `postgres`, since it refuses to run as root. The process ends with
/// this one, however this one ends (see `ChildCommand.deathSignal`).
package final class PrivatePostgres: Sendable {
    /// How much the server does for the safety of its data.
    package enum Durability: Sendable {
        /// PostgreSQL's own defaults: a committed transaction survives a power failure.
        case safe
        /// No fsync: for tests. A crash of the server is survived, a crash of the machine is not.
        case fast

        var settings: [String: String] {
            switch self {
            case .safe: [:]
            case .fast: ["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"]
            }
        }
    }

    /// The TCP port on 127.0.0.1.
    package let port: Int
    private let cluster: PostgresCluster
    private let settings: [String: String]
    private let current: Mutex<ChildProcess>

    /// Starts a server, initializing its data folder when there is none, and waits until it takes connections.
    ///
    /// Without a `folder` it keeps its files in a temporary one, which `terminate()` deletes; without a `port` it takes
    /// a free one. `settings` are parameters of postgresql.conf over the defaults, as in `["max_connections": "20"]`.
    package static func start(
        folder: String? = nil,
        port: Int? = nil,
        durability: Durability = .safe,
        settings: [String: String] = [:]
    ) async throws(PrivateServerError) -> PrivatePostgres {
        let programs = try PostgresPrograms()
        let serverFolder = try ServerFolder(path: folder, prefix: "concord-postgres")
        var attempts = port == nil ? 5 : 1
        do {
            let cluster = try await PostgresCluster(folder: serverFolder, programs: programs)
            let merged = durability.settings.merging(settings) { $1 }
            while true {
                attempts -= 1
                let chosen = try LoopbackPort.chosen(port)
                do {
                    let child = try await launch(cluster, chosen, merged).run(timeout: .seconds(60))
                    return PrivatePostgres(port: chosen, cluster: cluster, settings: merged, child: child)
                } catch  where error.code == .exitedEarly && attempts > 0 {
                    continue  // Another process may have taken the port between our look and the server's bind.
                }
            }
        } catch {
            serverFolder.removeIfTemporary()
            throw error
        }
    }

    private init(port: Int, cluster: PostgresCluster, settings: [String: String], child: ChildProcess) {
        self.port = port
        self.cluster = cluster
        self.settings = settings
        current = Mutex(child)
    }

    deinit {
        current.withLock { $0.signal(SIGINT) }
    }

    /// The process id of the running, or last run, server.
    package var pid: Int32 { child.pid }

    /// The server's process.
    package var child: ChildProcess { current.withLock { $0 } }

    /// The folder with the server's data, password and log.
    package var folder: String { cluster.folder.path }

    /// The server's log.
    package var logFile: String { cluster.folder.file("postgres.log") }

    /// The superuser's password, also in the folder's file `password`.
    package var password: String { cluster.password }

    /// The address of the database `postgres`, with the superuser's name and password.
    package var url: String { url(database: "postgres") }

    /// The address of a database, with the superuser's name and password.
    package func url(database: String) -> String {
        "postgres://\(PostgresCluster.user):\(cluster.password)@127.0.0.1:\(port)/\(database)"
    }

    /// Creates an empty database and returns its address.
    package func createDatabase(_ name: String) async throws(PrivateServerError) -> String {
        let log = cluster.folder.file("createdb.log")
        var environment = ["PGPASSWORD": cluster.password, "PATH": "/usr/bin:/bin"]
        environment["HOME"] = folder
        let command = ChildCommand(
            executable: cluster.programs.databaseCreator,
            arguments: [
                "--host", "127.0.0.1", "--port", String(port), "--username", PostgresCluster.user, "--no-password",
                name,
            ],
            environment: environment,
            logFile: log
        )
        let status = await (try ChildProcess.spawn(command)).waitForExit()
        guard status.isSuccess else {
            throw PrivateServerError(
                code: .exitedEarly,
                message: "createdb ended with \(status); see \(log): \(cluster.folder.tail(of: log))"
            )
        }
        return url(database: name)
    }

    /// Stops the server in good order, ending its sessions, and deletes a temporary folder.
    package func terminate() async {
        await child.terminate(signal: SIGINT)
        cluster.folder.removeIfTemporary()
    }

    /// Kills the server with SIGKILL and waits for its end; the folder stays for `restart()`.
    package func kill() async {
        await child.kill()
    }

    /// Stops the server if it runs, and starts it again on the same folder and port.
    package func restart() async throws(PrivateServerError) {
        await child.terminate(signal: SIGINT)
        // The sessions of a killed server need a moment to notice; until then its shared memory counts as in use.
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                let child = try await Self.launch(cluster, port, settings).run(timeout: .seconds(60))
                current.withLock { $0 = child }
                return
            } catch  where error.code == .exitedEarly && ContinuousClock.now < deadline {
                continue
            }
        }
    }

    private static func launch(_ cluster: PostgresCluster, _ port: Int, _ settings: [String: String]) -> ServerLaunch {
        let folder = cluster.folder
        var parameters = [
            "port": String(port), "listen_addresses": "127.0.0.1",
            // A Unix socket's path is limited to 107 bytes, of which PostgreSQL's own name takes 20.
            "unix_socket_directories": folder.path.utf8.count < 85 ? folder.path : "",
        ]
        parameters.merge(settings) { $1 }
        let command = ChildCommand(
            executable: cluster.programs.server,
            arguments: ["-D", folder.file("data")]
                + parameters.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] },
            logFile: folder.file("postgres.log"),
            user: cluster.programs.user,
            deathSignal: .interrupt
        )
        return ServerLaunch(name: "postgres", command: command, folder: folder) {
            // It answers a start-up message with an authentication request, or with an error while it is starting.
            LoopbackPort.exchange(port: port, request: startupMessage)?.first == UInt8(ascii: "R")
        }
    }

    /// The start-up message of protocol 3.0 (PostgreSQL manual, "Message Formats").
    private static let startupMessage: [UInt8] = {
        let body = [0, 3, 0, 0] + Array("user\0\(PostgresCluster.user)\0database\0postgres\0\0".utf8)
        return withUnsafeBytes(of: UInt32(body.count + 4).bigEndian) { Array($0) } + body
    }()
}
