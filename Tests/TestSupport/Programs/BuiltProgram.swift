import Foundation

/// A program of this package, as the build put it beside the tests.
package struct BuiltProgram: Sendable {
    /// What a run came to.
    package struct Run: Sendable {
        /// The exit code; of a signal, its number.
        package let status: Int32
        /// What it wrote to standard output.
        package let output: String
        /// What it wrote to standard error.
        package let errors: String

        /// The lines of standard output.
        package var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// The program's absolute path.
    package let path: String

    /// Finds a program.
    ///
    /// Throws: `Missing` when the build did not make it.
    package init(_ name: String) throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? tests
        let folder = URL(fileURLWithPath: bundle).deletingLastPathComponent()
        path = folder.appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
    }

    /// Runs the program to its end.
    package func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        folder: String? = nil
    ) async throws -> Run {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("concord-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["output", "errors"].map { scratch.appendingPathComponent($0) }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder ?? scratch.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Run(
            status: status,
            output: try String(contentsOf: files[0], encoding: .utf8),
            errors: try String(contentsOf: files[1], encoding: .utf8)
        )
    }

    /// The build did not make the program.
    package struct Missing: Error, CustomStringConvertible {
        let path: String

        /// What to do about it.
        package var description: String { "\(path) is not there: build with `swift build --build-tests`" }
    }
}
