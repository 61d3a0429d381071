import Foundation

/// A folder that holds tax rolls under the Department's names, as zips or as CSVs.
package struct FolderSource: Sendable {
    /// The folder's path.
    package let path: String

    /// Names a folder by its path.
    package init(path: String) {
        self.path = path
    }

    /// Names a folder by a `file:` address; nil for any other.
    package init?(url: String) {
        guard let url = URL(string: url), url.isFileURL else { return nil }
        path = url.path
    }

    /// The rolls in the folder with their paths, in the order of their names; of a CSV and a zip of one name, the zip.
    package func files() throws(PropertyDataError) -> [(name: TaxRollFileName, path: String)] {
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw PropertyDataError(.fileNotFound, file: path, "the source's folder cannot be read")
        }
        var found: [TaxRollFileName: String] = [:]
        for entry in entries.sorted() {
            let lower = entry.lowercased()
            guard lower.hasSuffix(".zip") || lower.hasSuffix(".csv"), let name = try? TaxRollFileName(parsing: entry)
            else { continue }
            found[name] = "\(path)/\(entry)"
        }
        return found.sorted { $0.key.description < $1.key.description }.map { (name: $0.key, path: $0.value) }
    }

    /// The newest submission of a roll.
    ///
    /// A zip under the portal's own name (`Broward 16 Preliminary SDF 2025.zip`) is taken when there is none under the
    /// table's name.
    package func find(_ identity: RollIdentity) throws(PropertyDataError) -> TaxRollFile {
        let newest = try files().filter { $0.name.identity == identity }.max { $0.name.submission < $1.name.submission }
        if let newest { return try TaxRollFile(path: newest.path, expecting: identity) }
        for name in PortalURL.zipNames(identity) where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            return try TaxRollFile(path: "\(path)/\(name)", expecting: identity)
        }
        let example = TaxRollFileName(identity: identity, submission: 1)
        throw PropertyDataError(.fileNotFound, file: example.zip, "\(path) has no \(identity): neither zip nor CSV")
    }
}
