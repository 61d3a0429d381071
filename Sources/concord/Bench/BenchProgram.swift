import Foundation

/// Runs another program of the measurement.
enum BenchProgram {
    /// Whether a program is installed.
    static func isInstalled(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// What a program prints.
    ///
    /// - Throws: ``BenchError`` when it is not there or fails.
    static func output(
        of program: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Read on a thread of its own: the wait is long, and tasks share few threads.
        let data = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile()) }
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError(message: "\(program) ended with code \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
