#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Glibc
import JobModel
import NIOCore

/// A file that is being downloaded, and goes on where an earlier attempt stopped.
///
/// Not Sendable: it belongs to the task that downloads. Only one process may write it, see `FileLock`.
final class PartialFile {
    /// The file's path.
    let path: String
    /// How many bytes it has.
    private(set) var byteCount: Int
    /// The version that the bytes are of; nil when they cannot be continued.
    private(set) var validators: HTTPValidators?
    private let descriptor: Int32
    private var note: String { "\(path).version" }

    /// Opens the file, creating it when there is none.
    init(path: String) throws(JobFailure) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, "cannot be created") }
        let end = lseek(descriptor, 0, SEEK_END)
        byteCount = max(0, Int(end))
        if byteCount > 0, let data = FileManager.default.contents(atPath: "\(path).version") {
            // A note that a crash has cut is no note: the download begins anew.
            validators = try? JSONCoding.decode(HTTPValidators.self, from: data)
        }
    }

    deinit {
        close(descriptor)
    }

    /// Empties the file; what comes now is of the version given.
    func restart(_ validators: HTTPValidators?) throws(JobFailure) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Self.failure(path, "cannot be emptied")
        }
        byteCount = 0
        self.validators = validators
        // Without the note the next attempt begins anew, which costs time only.
        try? JSONCoding.encode(validators).write(to: URL(filePath: note))
    }

    /// Adds bytes at the end.
    func append(_ buffer: ByteBuffer) throws(JobFailure) {
        let isComplete = buffer.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let count = write(descriptor, base, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
        guard isComplete else { throw Self.failure(path, "cannot be written") }
        byteCount += buffer.readableBytes
    }

    private static func failure(_ path: String, _ problem: String) -> JobFailure {
        // Somebody may make room on the disk before the next attempt.
        JobFailure("work_folder_unusable", "\(path) \(problem) (errno \(errno))", isRetryable: true)
    }
}
