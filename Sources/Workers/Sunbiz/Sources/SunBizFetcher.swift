import Crypto
import Foundation
import JobQueue
import PropertyData

/// Lists what a source has and brings single files to this machine.
struct SunBizFetcher {
    let environment: WorkerEnvironment
    let source: SunBizSource
    let today: CalendarDate
    /// Told how many bytes are here, and of how many.
    let progress: @Sendable (_ done: Int, _ total: Int?) -> Void
    private var store: RollStore { RollStore(workFolder: environment.workFolder) }

    init(
        _ environment: WorkerEnvironment,
        _ source: SunBizSource,
        progress: @escaping @Sendable (_ done: Int, _ total: Int?) -> Void = { _, _ in }
    ) {
        self.environment = environment
        self.source = source
        today = CalendarDate(of: environment.now())
        self.progress = progress
    }

    /// The source's files in the order in which they are to be loaded.
    func list() async throws -> [OfferedFile] {
        let files =
            switch source {
            case .folder(let path): try listFolder(path)
            case .mirror(let base): try await SunBizMirror(base: base, http: environment.http).list()
            case .sftp(let address):
                try await withScratch { scratch in
                    try await client(address, scratch).list(today: today)
                }
            case .sample:
                SampleRegister.files().compactMap { name, bytes in
                    SunBizFileName(parsing: name).map { OfferedFile(name: $0, bytes: bytes.count, version: "sample") }
                }
            }
        return files.sorted { SunBizFileName.isBefore($0.name, $1.name) }
    }

    /// Lends a file that was brought here, and removes it afterwards; a part of one that was interrupted stays, and the
    /// next attempt goes on from there.
    func withFile<R>(_ file: OfferedFile, _ body: (_ path: String) async throws -> R) async throws -> R {
        let key = Self.key("\(source)/\(file.name)/\(file.bytes ?? -1)")
        let shared = try store.incoming(key)
        // Another process may be fetching the same file: both are then right, and only one can be continued.
        let lock = FileLock(path: "\(shared)/lock")
        let folder = lock == nil ? try store.incoming(UUID().uuidString) : shared
        let path = "\(folder)/\(file.name.text)"
        defer { if lock == nil { store.discard(folder) } }
        try await fetch(file, to: path)
        let result: R
        do {
            result = try await body(path)
        } catch {
            discardComplete(path, folder)
            throw error
        }
        discardComplete(path, folder)
        return result
    }

    /// What stays behind costs space, not correctness.
    private func discardComplete(_ path: String, _ folder: String) {
        try? FileManager.default.removeItem(atPath: path)
        store.discard(folder)
    }

    private func fetch(_ file: OfferedFile, to path: String) async throws {
        switch source {
        case .folder(let folder):
            try? FileManager.default.removeItem(atPath: path)
            try await FileCopy(progress: progress).copy("\(folder)/\(file.name.text)", to: path)
        case .mirror(let base):
            try await SunBizMirror(base: base, http: environment.http).fetch(file.name.text, to: path, progress)
        case .sftp(let address):
            try await withScratch { scratch in
                try await fetch(file, from: client(address, scratch), to: path)
            }
        case .sample:
            let folder = String(path.dropLast(file.name.text.count + 1))
            _ = try SampleRegister.write(file.name.text, into: folder)
        }
    }

    private func fetch(_ file: OfferedFile, from client: SFTPClient, to path: String) async throws {
        let total = file.bytes
        var here = Self.size(path) ?? 0
        if let total, here > total {
            try? FileManager.default.removeItem(atPath: path)
            here = 0
        }
        if here > 0, here == total { return }
        let transfer = here
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.fetch(file.name.text, to: path, isContinued: transfer > 0) }
            group.addTask {
                while true {
                    try await Task.sleep(for: .milliseconds(500))
                    progress(Self.size(path) ?? 0, total)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        let size = Self.size(path) ?? 0
        guard total == nil || size == total else {
            throw JobFailure(
                "download_incomplete",
                "\(source)/\(file.name) ended after \(size) of \(total ?? 0) bytes",
                field: "source",
                isRetryable: true
            )
        }
        progress(size, total)
    }

    private func client(_ address: SFTPAddress, _ scratch: String) -> SFTPClient {
        SFTPClient(address: address, settings: environment.sftp, scratch: scratch)
    }

    private func withScratch<R>(_ body: (String) async throws -> R) async throws -> R {
        let folder = try store.incoming(UUID().uuidString)
        defer { store.discard(folder) }
        return try await body(folder)
    }

    private func listFolder(_ path: String) throws(JobFailure) -> [OfferedFile] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw JobFailure("file_not_found", "the source's folder \(path) cannot be read", field: "source")
        }
        return names.compactMap { name in
            guard let parsed = SunBizFileName(parsing: name),
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"),
                attributes[.type] as? FileAttributeType == .typeRegular
            else { return nil }
            let changed = attributes[.modificationDate] as? Date
            return OfferedFile(
                name: parsed,
                bytes: (attributes[.size] as? NSNumber)?.intValue,
                version: changed.map { String(Int($0.timeIntervalSince1970)) },
                modified: changed.map { CalendarDate(of: $0) }
            )
        }
    }

    private static func size(_ path: String) -> Int? {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue
    }

    private static func key(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0\(digits)" : digits
        }.joined()
    }
}

extension CalendarDate {
    /// The day of a moment in UTC.
    init(of date: Date) {
        self.init(daysSince1970: Int((date.timeIntervalSince1970 / 86_400).rounded(.down)))
    }
}
