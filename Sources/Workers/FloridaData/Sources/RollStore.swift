#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Glibc
import JobQueue
import PropertyData

/// The folder of files that were fetched and verified, each under its own hash.
///
/// Files get there by a rename of a complete, verified file, so that a file in it is whole or absent; several processes
/// may share the folder.
struct RollStore: Sendable {
    /// `downloads` holds the files, `incoming` those that are not verified yet.
    let folder: String

    init(workFolder: String) { folder = "\(workFolder)/downloads" }

    /// Where a file of this hash lies, or would.
    func path(sha256: String, name: String) -> String { "\(folder)/\(sha256)/\(name)" }

    /// The path of a stored file, whose content is not looked at; nil when it is not there.
    func find(sha256: String, name: String) -> String? {
        // Both come from a result that anybody may have written: they must stay names.
        guard sha256.count == 64, sha256.allSatisfy(\.isHexDigit), !name.contains("/") else { return nil }
        let path = path(sha256: sha256, name: name)
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// Makes a folder for one file on its way.
    func incoming(_ key: String) throws(JobFailure) -> String {
        let path = "\(folder)/incoming/\(key)"
        try Self.create(path)
        return path
    }

    /// Moves a verified file to its place and returns its path.
    func adopt(_ inspection: FileInspection, from temporary: String, name: String) throws(JobFailure) -> String {
        let target = path(sha256: inspection.sha256, name: name)
        try Self.create("\(folder)/\(inspection.sha256)")
        guard rename(temporary, target) == 0 else {
            throw JobFailure(
                "work_folder_unusable",
                "\(name) cannot be moved to \(folder) (errno \(errno))",
                isRetryable: true
            )
        }
        return target
    }

    /// Removes a folder of `incoming(_:)` with what is in it.
    func discard(_ incoming: String) {
        // What stays behind costs space, not correctness: nothing reads it.
        try? FileManager.default.removeItem(atPath: incoming)
    }

    private static func create(_ path: String) throws(JobFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw JobFailure(
                "work_folder_unusable",
                "\(path) cannot be created: check the work folder",
                isRetryable: true
            )
        }
    }
}
