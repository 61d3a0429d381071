import Foundation
import JobQueue
import RedisClient

/// What a Redis server says of itself.
struct RedisFacts: Sendable {
    /// Its version, such as `7.0.15`; `nil` where it does not say.
    var version: String?
    /// Whether every write is appended to a file.
    var appendOnly = false
    /// Whether the last append succeeded.
    var lastAppendSucceeded = true
    /// `always`, `everysec` or `no`; `nil` where the server does not show its configuration.
    var appendFsync: String?
    /// What it does when its memory is full.
    var evictionPolicy: String?
    /// The memory limit in bytes; 0 for none.
    var maximumMemory = 0
    /// Memory in use, in bytes.
    var usedMemory = 0
    /// Whether it has the function library of this build.
    var hasLibrary = false
    /// Libraries of other versions of Concord.
    var otherLibraries: [String] = []
    /// Its clock less ours, in milliseconds.
    var clockSkewMilliseconds = 0
    /// The number of partitions on record; `nil` for a namespace that nobody has worked in.
    var partitions: Int?
    /// Whether it is a node of a cluster.
    var isCluster = false

    init() {}

    /// Asks a server.
    ///
    /// - Throws: ``JobQueueError`` `unreachable`, or what the server refuses.
    init(of queue: JobQueue) async throws(JobQueueError) {
        let server = queue.partition(0)
        let info = try await server.send(RedisCommand("INFO", "everything")).infoFields
        version = info["redis_version"].map(String.init)
        appendOnly = info["aof_enabled"] == "1"
        lastAppendSucceeded = info["aof_last_write_status"].map { $0 == "ok" } ?? true
        evictionPolicy = info["maxmemory_policy"].map(String.init)
        maximumMemory = info["maxmemory"].flatMap { Int($0) } ?? 0
        usedMemory = info["used_memory"].flatMap { Int($0) } ?? 0
        isCluster = info["cluster_enabled"] == "1"
        do {
            appendFsync = try await server.send(RedisCommand("CONFIG", "GET", "appendfsync"))[1].string
        } catch {
            // Managed servers refuse CONFIG; everything else can still be said.
            guard error.code == .refused else { throw error }
        }
        let name = queue.functions.library.name
        let libraries = try await server.send(RedisCommand("FUNCTION", "LIST", "LIBRARYNAME", "concord_*"))
        let names = libraries.elements.compactMap { $0[1].string }
        hasLibrary = names.contains(name)
        otherLibraries = names.filter { $0 != name }
        let before = Date()
        let theirs = try await queue.serverMilliseconds(server)
        let middle = (before.timeIntervalSince1970 + Date().timeIntervalSince1970) / 2
        clockSkewMilliseconds = theirs - Int(middle * 1000)
        partitions = try await Deployment.recordedPartitions(of: queue)
    }
}
