import Foundation
import Glibc
import PrivateServers
import Testing
import Workers

/// A real OpenSSH server on a free loopback port, a child of the test, that serves one folder by SFTP.
final class LoopbackSFTP {
    /// Where the server's program is; nil where it is not installed.
    static var program: String? {
        ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].first { access($0, X_OK) == 0 }
    }

    /// The folder that clients see as theirs.
    let files: String
    /// What makes it accepted.
    private(set) var settings = SFTPSettings()
    private let folder: String
    private let port: Int
    private var child: ChildProcess?

    /// The source that names the folder's own `doc/cor`.
    var source: String { "sftp://\(NSUserName())@127.0.0.1:\(port)/\(files)" }

    /// Runs the body with a server; `passphrase` protects the client's key.
    static func run<R>(
        passphrase: String = "",
        isolation: isolated (any Actor)? = #isolation,
        _ body: (LoopbackSFTP) async throws -> R
    ) async throws -> R {
        let server = try await LoopbackSFTP(passphrase: passphrase)
        do {
            try await server.start()
            let result = try await body(server)
            await server.stop()
            try? FileManager.default.removeItem(atPath: server.folder)
            return result
        } catch {
            await server.stop()
            try? FileManager.default.removeItem(atPath: server.folder)
            throw error
        }
    }

    private init(passphrase: String) async throws {
        folder = "/tmp/concord-sftp-\(UUID().uuidString)"
        files = "\(folder)/doc/cor"
        port = try LoopbackPort.chosen(nil)
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        for key in ["host", "other"] { try await makeKey(key) }
        try await makeKey("client", passphrase: passphrase)
        let public_ = try String(contentsOfFile: "\(folder)/client.pub", encoding: .utf8)
        try write(public_, to: "authorized", mode: 0o600)
        let host = try String(contentsOfFile: "\(folder)/host.pub", encoding: .utf8).split(separator: " ").prefix(2)
        try write("[127.0.0.1]:\(port) \(host.joined(separator: " "))\n", to: "known", mode: 0o600)
        try write(
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder)/host
            AuthorizedKeysFile \(folder)/authorized
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            Subsystem sftp internal-sftp

            """,
            to: "config",
            mode: 0o600
        )
        settings.identityFile = "\(folder)/client"
        settings.knownHostsFile = "\(folder)/known"
        settings.password = passphrase
    }

    /// Starts the server and waits until it listens.
    func start() async throws {
        // Root's server wants its folder for privilege separation, which the package's service makes elsewhere.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        let program = try #require(Self.program)
        let child = try await ChildProcess.spawn(
            ChildCommand(
                executable: program,
                arguments: ["-D", "-e", "-f", "\(folder)/config"],
                logFile: "\(folder)/log"
            )
        )
        self.child = child
        for _ in 0..<600 {
            if !LoopbackPort.isFree(port) { return }
            try #require(child.exitStatus == nil, "sshd ended: \(log)")
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("sshd does not listen: \(log)")
    }

    /// Stops the server, and with it the sessions.
    func stop() async {
        for session in sessions { kill(session, SIGKILL) }
        await child?.terminate()
        child = nil
    }

    /// Cuts every session, as a failing network does; the server goes on.
    func cut() {
        for session in sessions { kill(session, SIGKILL) }
    }

    /// A key that the server does not know.
    var strangersKey: String { "\(folder)/other" }

    /// A file of known hosts with another key for the server.
    func forgedKnownHosts() throws -> String {
        let other = try String(contentsOfFile: "\(folder)/other.pub", encoding: .utf8).split(separator: " ").prefix(2)
        try write("[127.0.0.1]:\(port) \(other.joined(separator: " "))\n", to: "forged", mode: 0o600)
        return "\(folder)/forged"
    }

    private var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

    /// The server's own child processes: one or two a session.
    private var sessions: [Int32] {
        guard let child else { return [] }
        return descendants(of: child.pid)
    }

    private func descendants(of pid: Int32) -> [Int32] {
        let path = "/proc/\(pid)/task/\(pid)/children"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let children = text.split(separator: " ").compactMap { Int32($0) }
        return children.flatMap { descendants(of: $0) } + children
    }

    private func makeKey(_ name: String, passphrase: String = "") async throws {
        let program = try #require(ExecutableSearch.find("ssh-keygen"))
        let child = try await ChildProcess.spawn(
            ChildCommand(
                executable: program,
                arguments: ["-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", "\(folder)/\(name)"]
            )
        )
        try #require(await child.waitForExit().isSuccess)
    }

    private func write(_ text: String, to name: String, mode: Int) throws {
        let isWritten = FileManager.default.createFile(
            atPath: "\(folder)/\(name)",
            contents: Data(text.utf8),
            attributes: [.posixPermissions: mode]
        )
        try #require(isWritten)
    }
}
