#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobQueue

/// A place for a table while it is checked.
struct ScratchFolder {
    let workFolder: String

    /// Lends a folder of its own, and removes it whatever happens.
    func withFolder<R>(_ body: (_ path: String) async throws -> R) async throws -> R {
        let path = "\(workFolder)/validation/\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw JobFailure(
                "work_folder_unusable",
                "\(path) cannot be created: check the work folder",
                isRetryable: true
            )
        }
        // What stays behind costs space, not correctness: nothing reads it.
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }
}
