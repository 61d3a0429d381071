import Foundation
import PrivateServers
import Testing

/// A client in Python that was written from the contract alone, against a whole deployment.
@Suite(.timeLimit(.minutes(15)))
struct ContractClientTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// What `scripts/api-client` answers where Python or its libraries cannot be had.
    private static let absent: Int32 = 77

    @Test("A client written only from the contract runs every type of operation, watches, reviews, cancels, retries")
    func holds() async throws {
        let script = Self.root.appendingPathComponent("scripts/api-client").path
        guard try await Self.run(script, ["--setup-only"]).status != Self.absent else {
            print("not run: python3, or httpx, websockets and openapi-spec-validator, cannot be had here")
            return
        }
        let folder = "/tmp/concord-contract-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stack = Process()
        stack.executableURL = URL(fileURLWithPath: try Deployment.binary)
        stack.arguments = ["dev", "--folder", folder + "/data", "--logs", folder + "/logs", "--ephemeral-ports"]
        try stack.run()
        defer {
            stack.terminate()
            stack.waitUntilExit()
        }
        let processes = folder + "/data/processes"
        while !FileManager.default.fileExists(atPath: processes) {
            try #require(stack.isRunning)
            try await Task.sleep(for: .milliseconds(100))
        }
        var arguments: [String] = []
        for line in try String(contentsOfFile: processes, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 3, words[2].hasPrefix("http") else { continue }
            arguments += words[0] == "orchestrator" ? ["--url", words[2]] : ["--worker", "\(words[0])=\(words[2])"]
        }
        let result = try await Self.run(script, arguments)
        print(result.output)
        #expect(result.status == 0)
    }

    private static func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // Read on a thread of its own: the pipe is small, and the wait is long.
        let data = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile()) }
        }
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
