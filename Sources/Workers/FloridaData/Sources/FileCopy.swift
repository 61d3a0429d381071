import Glibc
import JobQueue

/// Copies a file in pieces, so that a cancellation stops it and its progress shows.
struct FileCopy {
    let progress: @Sendable (_ done: Int, _ total: Int?) -> Void

    /// Copies the bytes of a file to a new one.
    func copy(_ source: String, to target: String) async throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Self.failure(source, "cannot be read") }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw Self.failure(target, "cannot be created") }
        defer { close(output) }
        var information = stat()
        let total = fstat(input, &information) == 0 ? Int(information.st_size) : nil
        var done = 0
        while true {
            try Task.checkCancellation()
            // The kernel moves the bytes, without a detour through this process (sendfile(2)).
            let count = sendfile(output, input, nil, 1 << 22)
            if count == 0 { return }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Self.failure(target, "cannot be written")
            }
            done += count
            progress(done, total)
        }
    }

    private static func failure(_ path: String, _ problem: String) -> JobFailure {
        JobFailure("file_unusable", "\(path) \(problem) (errno \(errno))", isRetryable: true)
    }
}
