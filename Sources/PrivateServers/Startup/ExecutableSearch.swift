import Foundation
import Glibc

/// Finds installed executables.
package enum ExecutableSearch {
    /// Looks a name up in PATH, in the system's own folders, and then in further folders in their order.
    package static func find(_ name: String, alsoIn folders: [String] = []) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let searched =
            path.split(separator: ":").map(String.init) + ["/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin"]
        return (searched + folders).lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The `bin` folders of the installed PostgreSQL versions, newest first.
    static func postgresFolders() -> [String] {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
    }
}
