import Foundation
import Glibc

/// The data folder of a private PostgreSQL: made by `initdb` at the first start, used again at every later one.
struct PostgresCluster: Sendable {
    /// The folder that holds the data, the password and the logs.
    let folder: ServerFolder
    /// The programs that make and serve the data.
    let programs: PostgresPrograms
    /// The superuser's password: a loopback port is open to every user of the machine.
    let password: String

    /// The superuser's name.
    static let user = "concord"

    /// Opens the cluster in the folder, or initializes it there.
    init(folder: ServerFolder, programs: PostgresPrograms) async throws(PrivateServerError) {
        self.folder = folder
        self.programs = programs
        if let user = programs.user { try folder.give(to: user) }
        let passwordFile = folder.file("password")
        if FileManager.default.fileExists(atPath: folder.file("data/PG_VERSION")),
            let stored = try? String(contentsOfFile: passwordFile, encoding: .utf8)
        {
            password = stored.trimmingCharacters(in: .whitespacesAndNewlines)
            return
        }
        var random = SystemRandomNumberGenerator()
        password = (0..<2).map { _ in String(random.next() as UInt64, radix: 36) }.joined()
        try write(password, to: passwordFile)
        try await initialize(passwordFile: passwordFile)
    }

    /// Writes a file that only its owner may read, and gives it to the server's user.
    private func write(_ text: String, to path: String) throws(PrivateServerError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw .system(.folderUnusable, "cannot write \(path)", errorNumber: errno) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw .system(.folderUnusable, "cannot write \(path)", errorNumber: errno)
        }
        if let user = programs.user, let entry = getpwnam(user)?.pointee {
            guard fchown(descriptor, entry.pw_uid, entry.pw_gid) == 0 else {
                throw .system(.folderUnusable, "cannot give \(path) to \(user)", errorNumber: errno)
            }
        }
    }

    private func initialize(passwordFile: String) async throws(PrivateServerError) {
        let log = folder.file("initdb.log")
        let command = ChildCommand(
            executable: programs.initializer,
            arguments: [
                "--pgdata", folder.file("data"), "--username", Self.user, "--pwfile", passwordFile,
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync",
            ],
            logFile: log,
            user: programs.user
        )
        let status = await (try ChildProcess.spawn(command)).waitForExit()
        guard status.isSuccess else {
            throw PrivateServerError(
                code: .exitedEarly,
                message: "initdb ended with \(status); see \(log): \(folder.tail(of: log))"
            )
        }
    }
}
