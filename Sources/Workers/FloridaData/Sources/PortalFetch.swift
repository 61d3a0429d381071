import AsyncHTTPClient
import Crypto
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import JobQueue
import NIOCore
import PropertyData

/// Fetches a roll from a server that keeps its files as the Department's portal does.
struct PortalFetch {
    let fetcher: RollFetcher
    let force: Bool
    private var store: RollStore { fetcher.store }

    init(fetcher: RollFetcher, force: Bool) {
        self.fetcher = fetcher
        self.force = force
    }

    /// Tries the addresses at which the roll may lie, and takes the first that has it.
    ///
    /// - Throws: a ``JobFailure``: not retryable and with what was found at each address when none has it.
    func obtain(_ identity: RollIdentity, base: String) async throws -> ObtainedRoll {
        try await fetcher.http.withClient { client in
            var absences: [String] = []
            for address in PortalURL.candidates(identity, base: base) {
                switch try await fetch(address, identity, client) {
                case .obtained(let roll): return roll
                case .absent(let what): absences.append("\(address) answered \(what)")
                }
            }
            throw JobFailure(
                "file_not_found",
                "the source has no \(identity): \(absences.joined(separator: "; "))",
                field: "source"
            )
        }
    }

    private enum Find {
        case obtained(ObtainedRoll)
        case absent(String)
    }

    private func fetch(_ address: String, _ identity: RollIdentity, _ client: HTTPClient) async throws -> Find {
        let shared = try store.incoming(Self.key(address))
        // Another process may be fetching the same file: both are then right, and only one can be continued.
        let lock = FileLock(path: "\(shared)/lock")
        let folder = lock == nil ? try store.incoming(UUID().uuidString) : shared
        defer { if lock == nil { store.discard(folder) } }

        let note = "\(shared)/known.json"
        let known = force ? nil : KnownDownload.read(note)
        let stored = known.flatMap { store.find(sha256: $0.sha256, name: $0.name) }
        let partial = try PartialFile(path: "\(folder)/roll.zip")
        let isContinued = partial.byteCount > 0
        let download = HTTPDownload(
            client: client,
            settings: fetcher.http,
            address: address,
            progress: fetcher.progress
        )
        switch try await download.fetch(into: partial, known: stored == nil ? nil : known?.validators) {
        case .absent(let what): return .absent(what)
        case .complete(let validators):
            let roll = try await verify(partial, identity, address, isContinued: isContinued)
            KnownDownload(validators: validators, sha256: roll.inspection.sha256, name: roll.name).write(note)
            return .obtained(roll)
        case .unchanged:
            guard let stored, let known else {
                throw JobFailure("invalid_answer", "\(address) answered 304 to a plain request", isRetryable: true)
            }
            return .obtained(try await reuse(stored, known, identity, address, note: note))
        }
    }

    /// Looks into the complete download, and puts it into the store.
    private func verify(
        _ partial: PartialFile,
        _ identity: RollIdentity,
        _ address: String,
        isContinued: Bool
    ) async throws -> ObtainedRoll {
        do {
            return try await fetcher.adopt(TaxRollFile(path: partial.path, expecting: identity), address: address)
        } catch let error as PropertyDataError {
            // Whatever is wrong with it, more of the same does not help.
            try partial.restart(nil)
            var failure = JobFailure(error)
            failure.message = "\(address): \(error.message)"
            // The two halves of a continued download may be of two versions.
            failure.isRetryable = failure.isRetryable || isContinued
            throw failure
        }
    }

    /// Takes the file of the last download again, once its content has proved to be what it was.
    private func reuse(
        _ path: String,
        _ known: KnownDownload,
        _ identity: RollIdentity,
        _ address: String,
        note: String
    ) async throws -> ObtainedRoll {
        let inspection: FileInspection?
        do {
            inspection = try await TaxRollFile(path: path, expecting: identity).inspect()
        } catch is PropertyDataError {
            inspection = nil
        }
        guard let inspection, inspection.sha256 == known.sha256 else {
            // Without the note the next attempt asks for the whole file.
            store.discard(note)
            throw JobFailure("stored_file_damaged", "\(path) has changed since its download", isRetryable: true)
        }
        return ObtainedRoll(path: path, inspection: inspection, address: address, isUnchanged: true)
    }

    /// The name of the folder in which an address' file is on its way.
    private static func key(_ address: String) -> String {
        SHA256.hash(data: Data(address.utf8)).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}
