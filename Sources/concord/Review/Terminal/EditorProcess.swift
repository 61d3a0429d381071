import Dispatch
import Foundation

/// The reviewer's editor, in the foreground of the same terminal.
///
/// It stays in this process' group, since a terminal stops whoever reads from another one.
enum EditorProcess {
    /// The command of `$VISUAL` or `$EDITOR`, else vi.
    static var command: String {
        let environment = ProcessInfo.processInfo.environment
        return [environment["VISUAL"], environment["EDITOR"]].compactMap(\.self).first { !$0.isEmpty } ?? "vi"
    }

    /// Edits a file; returns whether the editor ended well.
    ///
    /// - Throws: ``CommandFailure`` where it cannot be started.
    static func edit(_ path: String) async throws -> Bool {
        let pid = try spawn(["/bin/sh", "-c", "\(command) \"$1\"", "sh", path])
        let status = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status)
            }
        }
        return status == 0
    }

    private static func spawn(_ arguments: [String]) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // This process ignores what the page turns into good endings; the editor must not.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var pid: pid_t = 0
        let pointers = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        let failure = posix_spawn(&pid, arguments[0], nil, &attributes, pointers + [nil], environ)
        guard failure == 0 else { throw CommandFailure(.failed, "the editor cannot be started (errno \(failure))") }
        return pid
    }
}
