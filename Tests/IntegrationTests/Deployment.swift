import Foundation
import JobModel
import PrivateServers
import Synchronization

/// A whole deployment of real processes: private servers, orchestrators, workers, driven by the `concord` binary.
final class Deployment: Sendable {
    let redis: PrivateRedis
    let postgres: PrivatePostgres
    let databaseURL: String
    let folder: String
    private let children = Mutex<[String: ChildProcess]>([:])

    /// The binary that the build put beside the tests.
    static var binary: String {
        get throws {
            let name = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
            var folder = URL(fileURLWithPath: name).deletingLastPathComponent()
            for _ in 0..<4 {
                let candidate = folder.appendingPathComponent("concord").path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
                    return candidate
                }
                folder.deleteLastPathComponent()
            }
            throw MissingBinary()
        }
    }

    struct MissingBinary: Error, CustomStringConvertible {
        var description: String { "the binary concord was not built beside the tests: swift build --product concord" }
    }

    /// The real files of the county, where they are on this machine.
    static var realFiles: String? {
        let start = ProcessInfo.processInfo.environment["CONCORD_DATA"] ?? "../shared/data"
        let folder = URL(fileURLWithPath: start).standardizedFileURL.appendingPathComponent("florida").path
        return FileManager.default.fileExists(atPath: folder + "/SDF16P202501.zip") ? folder : nil
    }

    static func with(_ body: (Deployment) async throws -> Void) async throws {
        let folder = "/tmp/concord-integration-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let redis = try await PrivateRedis.start(settings: ["appendonly": "yes", "appendfsync": "everysec"])
        let postgres = try await PrivatePostgres.start()
        let deployment = Deployment(redis, postgres, try await postgres.createDatabase("concord"), folder)
        let result: Result<Void, any Error>
        do {
            try await body(deployment)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await deployment.stop()
        await redis.terminate()
        await postgres.terminate()
        try? FileManager.default.removeItem(atPath: folder)
        try result.get()
    }

    private init(_ redis: PrivateRedis, _ postgres: PrivatePostgres, _ databaseURL: String, _ folder: String) {
        self.redis = redis
        self.postgres = postgres
        self.databaseURL = databaseURL
        self.folder = folder
    }

    private var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        environment["REDIS_URL"] = redis.url
        environment["DATABASE_URL"] = databaseURL
        environment["CONCORD_LEASE"] = "1s"
        environment["CONCORD_WORK_FOLDER"] = folder + "/work"
        return environment
    }

    /// Starts a process of a role, such as `worker florida_data`; a running one of that name is replaced.
    func start(_ role: [String], as name: String? = nil) async throws {
        let name = name ?? role.joined(separator: "-")
        let child = try await ChildProcess.spawn(
            ChildCommand(
                executable: try Self.binary,
                arguments: role + ["--port", "0"],
                environment: environment,
                logFile: "\(folder)/\(name).log"
            )
        )
        children.withLock { $0[name] = child }
    }

    func startAll() async throws {
        try await start(["orchestrator"])
        try await start(["worker", "florida_data"])
        try await start(["worker", "data_quality"])
    }

    /// Kills a process with SIGKILL and starts another in its place.
    func kill(_ role: [String]) async throws {
        let name = role.joined(separator: "-")
        let victim = children.withLock { $0.removeValue(forKey: name) }
        _ = await victim?.kill()
        try await start(role)
    }

    /// Kills a process with SIGKILL and leaves it dead.
    func killOnly(_ name: String) async {
        let victim = children.withLock { $0.removeValue(forKey: name) }
        _ = await victim?.kill()
    }

    /// Kills all processes with SIGKILL.
    func killAll() async {
        for name in children.withLock({ Array($0.keys) }) { await killOnly(name) }
    }

    /// The most memory that a process of ours has had resident, in MiB.
    func peakMebibytes(_ name: String) throws -> Int {
        let pid = children.withLock { $0[name]?.pid } ?? 0
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? .max) / 1_024
    }

    func stop() async {
        for child in children.withLock({ Array($0.values) }) { _ = await child.terminate() }
    }

    struct Output {
        var status: Int32
        var lines: [String]

        /// The last line as JSON.
        var json: JSONValue {
            get throws { try JSONValue(parsing: lines.last ?? "") }
        }
    }

    /// Runs `concord` with arguments to its end.
    func run(_ arguments: [String]) async throws -> Output {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try Self.binary)
        process.arguments = arguments
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = await Task.detached { output.fileHandleForReading.readDataToEndOfFile() }.value
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        return Output(status: process.terminationStatus, lines: text.split(separator: "\n").map(String.init))
    }

    /// Runs SQL and returns the first column of the first row.
    func query(_ sql: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["psql", "-At", databaseURL, "-c", sql]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }
}
