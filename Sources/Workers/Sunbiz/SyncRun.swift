import JobQueue
import Logging
import PropertyData

/// One run of `sync_entities`.
struct SyncRun {
    let environment: WorkerEnvironment
    let context: JobContext
    let source: SunBizSource
    /// The filing types asked for; empty for all.
    let types: Set<String>
    let force: Bool

    /// Takes the files that are new, the oldest first.
    func take(from: CalendarDate?, limit: Int) async throws -> SyncResult {
        let client = try environment.database()
        let store = SunBizStore(client: client)
        let database = PropertyDatabase(client: client)
        let fetcher = SunBizFetcher(environment, source) { [context] done, total in
            context.report(done: done, total: total, unit: "bytes")
        }
        let offered = try await fetcher.list()
        let asked = offered.filter { file in from.map { (file.name.date ?? $0) >= $0 } ?? true }
        let taken = try await store.taken(isSample: source.isSample)
        var loads = try await store.loads(of: context.idempotencyKey)
        let own = Set(loads.map(\.name))
        let pending = asked.filter { file in
            guard !own.contains(file.name.text) else { return false }
            guard !force, let known = taken[file.name.text] else { return true }
            return !known.covers(file, types)
        }
        var failures: [FailedFile] = []
        let room = max(0, limit - loads.count)
        context.report(done: 0, total: min(room, pending.count), unit: "files")
        for (index, file) in pending.prefix(room).enumerated() {
            try Task.checkCancellation()
            do {
                let known = force ? nil : taken[file.name.text]
                if let report = try await take(file, known, fetcher, database, store) { loads.append(report) }
            } catch let failure as JobFailure where !failure.isRetryable {
                failures.append(FailedFile(name: file.name.text, code: failure.code, message: failure.message))
            }
            context.report(done: index + 1, total: min(room, pending.count), unit: "files")
        }
        if loads.isEmpty, let first = failures.first {
            throw JobFailure(first.code, first.message, field: "source")
        }
        let remaining = pending.count - min(room, pending.count)
        return SyncResult(
            source: source,
            loads: loads,
            failures: failures,
            offered: offered.count,
            remaining: remaining
        )
    }

    /// Takes one file; nil when it is the one that was taken before.
    private func take(
        _ file: OfferedFile,
        _ known: SunBizStore.Taken?,
        _ fetcher: SunBizFetcher,
        _ database: PropertyDatabase,
        _ store: SunBizStore
    ) async throws -> SunBizLoadReport? {
        try await fetcher.withFile(file) { path in
            let table = try Self.open(path)
            let hash = try await Self.naming { try await FileHash.sha256(ofFile: path) }
            if let known, known.sha256 == hash, known.holds(types) {
                try await store.note(file, bytes: table.byteCount)
                return nil
            }
            let load = SunBizLoad(
                runKey: context.idempotencyKey,
                source: source.description,
                version: file.version,
                isSample: source.isSample,
                issuedOn: file.issuedOn(today: fetcher.today),
                filingTypes: types,
                sha256: hash
            )
            do {
                return try await database.load(table, load) { [context] done, total, unit in
                    context.report(done: done, total: total, unit: unit)
                }
            } catch let error as PropertyDataError {
                let failure = JobFailure(error)
                try await database.recordFailure(
                    of: file.name.text,
                    load,
                    bytes: table.byteCount,
                    error: "\(failure.code): \(failure.message)"
                )
                context.logger.warning(
                    "file of the register refused",
                    metadata: ["file": "\(file.name)", "code": "\(failure.code)"]
                )
                throw failure
            }
        }
    }

    private static func open(_ path: String) throws(JobFailure) -> SunBizFile {
        do throws(PropertyDataError) {
            return try SunBizFile(path: path)
        } catch {
            throw JobFailure(error)
        }
    }

    private static func naming<R>(_ body: () async throws -> R) async throws -> R {
        try await JobFailure.naming(body)
    }
}
