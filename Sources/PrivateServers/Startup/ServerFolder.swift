import Foundation
import Glibc

/// The folder of one private server: its data, its configuration and its log.
struct ServerFolder: Sendable {
    /// The absolute path.
    let path: String
    /// Whether the folder was made for this server alone and goes when the server is terminated.
    let isTemporary: Bool

    /// Opens a folder, creating it where it is missing; without a path, makes a temporary one.
    init(path: String?, prefix: String) throws(PrivateServerError) {
        isTemporary = path == nil
        if let path {
            let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
            do {
                try FileManager.default.createDirectory(atPath: absolute, withIntermediateDirectories: true)
            } catch {
                throw PrivateServerError(code: .folderUnusable, message: "cannot create \(absolute): \(error)")
            }
            self.path = absolute
        } else {
            var template = Array("/tmp/\(prefix)-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else {
                throw .system(.folderUnusable, "cannot create a folder in /tmp", errorNumber: errno)
            }
            self.path = template.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { String(cString: $0) } ?? ""
            }
        }
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Gives the folder to another user, who must be able to reach it.
    func give(to user: String) throws(PrivateServerError) {
        guard let entry = getpwnam(user)?.pointee else {
            throw PrivateServerError(code: .folderUnusable, message: "there is no user \(user)")
        }
        guard chown(path, entry.pw_uid, entry.pw_gid) == 0 else {
            throw .system(.folderUnusable, "cannot give \(path) to \(user)", errorNumber: errno)
        }
        var parent = (path as NSString).deletingLastPathComponent
        while parent.count > 1 {
            var information = stat()
            if stat(parent, &information) == 0, information.st_mode & 0o001 == 0, information.st_uid != entry.pw_uid {
                throw PrivateServerError(
                    code: .folderUnusable,
                    message: "user \(user) cannot reach \(path): \(parent) is closed to others. "
                        + "Choose a folder outside it, under /tmp for example, or do not run as root"
                )
            }
            parent = (parent as NSString).deletingLastPathComponent
        }
    }

    /// The last lines of a log, to be shown in an error.
    func tail(of log: String) -> String {
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return "(no log at \(log))" }
        return text.split(separator: "\n").suffix(5).joined(separator: " | ")
    }

    /// Deletes a temporary folder; leaves any other alone.
    func removeIfTemporary() {
        // A folder that stays behind in /tmp is no reason to fail a shutdown.
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
