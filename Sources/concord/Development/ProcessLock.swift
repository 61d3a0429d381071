import Foundation

/// A file with this process' id, locked for as long as the process lives.
///
/// The kernel drops the lock with the process, so that a file left behind by a crash keeps nobody out.
final class ProcessLock: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Takes the lock.
    ///
    /// - Throws: ``CommandFailure`` that names the process that holds it.
    init(path: String) throws(CommandFailure) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure(.failed, "cannot write \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            close(descriptor)
            throw CommandFailure(
                .failed,
                "concord dev runs here already, as process \(holder.trimmingCharacters(in: .whitespacesAndNewlines))",
                hint: "stop it with scripts/stop or Ctrl-C, or choose another --folder"
            )
        }
        let text = "\(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw CommandFailure(.failed, "cannot write \(path)")
        }
    }

    /// Removes the file and drops the lock.
    func release() {
        unlink(path)
        close(descriptor)
    }
}
