import Foundation
import JobQueue

/// The folder in which `concord dev` keeps its servers' data and says where they are.
struct DevelopmentFolder: Sendable {
    /// The absolute path.
    let path: String

    /// The name of the file that tells the commands of this folder where Redis and PostgreSQL are.
    static let settingsName = "running.yaml"

    init(path: String) {
        self.path = FileAddress.absolutePath(path)
    }

    /// The path of something in the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The process id of the `concord dev` that runs in this folder.
    var pidFile: String { file("concord.pid") }

    /// One line a process, `NAME PID ADDRESS`, while all of them run.
    var processesFile: String { file("processes") }

    /// Where PostgreSQL keeps its data: in this folder, unless we are root and the server's user cannot come here.
    ///
    /// PostgreSQL refuses to run as root, and root's own folder is closed to others.
    var postgresFolder: String {
        guard geteuid() == 0, isClosedToOthers else { return file("postgres") }
        return "/var/tmp/concord-\(String(FNV1a.hash(path.utf8), radix: 16))"
    }

    private var isClosedToOthers: Bool {
        var folder = path
        while folder.count > 1 {
            // A folder that is not there yet will be as open as we make it.
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder)
            if let mode = attributes?[.posixPermissions] as? Int, mode & 0o001 == 0 { return true }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return false
    }

    /// Creates the folder where it is missing, emptied of earlier data where that is asked for.
    func prepare(fresh: Bool) throws {
        let files = FileManager.default
        if fresh {
            for old in ["redis", "postgres", "work"].map(file) + [postgresFolder] where files.fileExists(atPath: old) {
                try files.removeItem(atPath: old)
            }
        }
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard postgresFolder != file("postgres") else { return }
        try files.createDirectory(atPath: postgresFolder, withIntermediateDirectories: true)
        // Anyone can make a folder of that name in /var/tmp: then it is not ours to trust.
        let owner = try files.attributesOfItem(atPath: postgresFolder)[.ownerAccountName] as? String
        guard owner == "root" || owner == "postgres" else {
            throw CommandFailure(
                .failed,
                "\(postgresFolder) belongs to another user",
                hint: "choose a folder with --folder"
            )
        }
    }

    /// Tells the commands of this folder, and scripts, what runs; only the owner may read it, as it has a password.
    func publish(_ processes: [RunningProcess], redisURL: String, databaseURL: String) throws {
        let settings = "redis:\n  url: \"\(redisURL)\"\ndatabase:\n  url: \"\(databaseURL)\"\n"
        try write(settings, to: file(Self.settingsName))
        try write(processes.map { "\($0.name) \($0.pid) \($0.address)\n" }.joined(), to: processesFile)
    }

    /// Takes back what ``publish(_:redisURL:databaseURL:)`` told.
    func unpublish() {
        for path in [file(Self.settingsName), processesFile] {
            // Not there when nothing was published.
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// Written beside it and renamed, so that nobody reads half of it.
    private func write(_ text: String, to path: String) throws {
        let draft = path + ".draft"
        guard
            FileManager.default.createFile(
                atPath: draft,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            ), rename(draft, path) == 0
        else { throw CommandFailure(.failed, "cannot write \(path)") }
    }
}

/// A process as `concord dev` shows it.
struct RunningProcess: Sendable, Encodable, Hashable {
    let name: String
    let pid: Int32
    /// Its URL, without a password.
    let address: String
    /// The file with its output.
    let log: String
}
