#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobModel

/// What the last download from an address brought, kept so that an unchanged file is not sent again.
struct KnownDownload: Codable, Sendable {
    /// The version.
    let validators: HTTPValidators
    /// The stored file's hash.
    let sha256: String
    /// The stored file's name.
    let name: String

    /// Reads the note at a path; nil when there is none that can be used.
    static func read(_ path: String) -> KnownDownload? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONCoding.decode(KnownDownload.self, from: $0) }
    }

    /// Writes the note; without one the file is fetched again, which costs time only.
    func write(_ path: String) {
        try? JSONCoding.encode(self).write(to: URL(filePath: path), options: .atomic)
    }
}
