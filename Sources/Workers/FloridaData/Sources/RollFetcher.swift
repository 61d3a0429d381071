#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobQueue
import PropertyData

/// Brings rolls from a source into the store, verified: kind of file, name, checksum, hash.
struct RollFetcher {
    let store: RollStore
    let http: HTTPSettings
    /// Told how many bytes are here, and of how many.
    let progress: @Sendable (_ done: Int, _ total: Int?) -> Void

    /// Fetches the newest submission of a roll.
    ///
    /// With `force` the file is fetched also when the source says that it has not changed.
    func obtain(_ identity: RollIdentity, from source: RollSource, force: Bool = false) async throws -> ObtainedRoll {
        try await JobFailure.naming {
            switch source {
            case .folder(let path): try await copy(FolderSource(path: path).find(identity))
            case .portal(let base): try await PortalFetch(fetcher: self, force: force).obtain(identity, base: base)
            case .sample: try await writeSample(identity)
            }
        }
    }

    /// Verifies a file on its way and puts it into the store.
    func adopt(_ file: TaxRollFile, address: String) async throws -> ObtainedRoll {
        let inspection = try await file.inspect()
        let isZip = file.path.lowercased().hasSuffix(".zip")
        let name = isZip ? inspection.name.zip : inspection.name.csv
        let isUnchanged = store.find(sha256: inspection.sha256, name: name) != nil
        let path = try store.adopt(inspection, from: file.path, name: name)
        return ObtainedRoll(path: path, inspection: inspection, address: address, isUnchanged: isUnchanged)
    }

    /// Copies a file, since the folder's owner may replace it at any time.
    private func copy(_ source: TaxRollFile) async throws -> ObtainedRoll {
        try await withIncoming { incoming in
            let fileExtension = source.path.lowercased().hasSuffix(".zip") ? source.name.zip : source.name.csv
            let target = "\(incoming)/\(fileExtension)"
            try await FileCopy(progress: progress).copy(source.path, to: target)
            let file = try TaxRollFile(path: target, expecting: source.name.identity)
            return try await adopt(file, address: "file:\(source.path)")
        }
    }

    /// Writes the synthetic roll, the same bytes every time.
    private func writeSample(_ identity: RollIdentity) async throws -> ObtainedRoll {
        try await withIncoming { incoming in
            let file = try TaxRollFile(path: SampleSource.write(identity, into: incoming), expecting: identity)
            progress(file.byteCount, file.byteCount)
            return try await adopt(file, address: RollSource.sample.description)
        }
    }

    /// Lends a folder of its own for one file, and removes it whatever happens.
    private func withIncoming<R>(_ body: (String) async throws -> R) async throws -> R {
        let folder = try store.incoming(UUID().uuidString)
        defer { store.discard(folder) }
        return try await body(folder)
    }
}
