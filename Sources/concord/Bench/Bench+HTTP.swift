import Foundation
import JobModel
import JobQueue
import PrivateServers

extension Bench {
    /// Jobs by HTTP, from wrk.
    func http(_ scenario: BenchScenario) async throws -> BenchRow {
        let isBatch = scenario == .httpBatch
        let jobsPerRequest = isBatch ? 100 : 1
        let port = try LoopbackPort.chosen(nil)
        let server = try await ChildProcess.spawn(
            ChildCommand(
                executable: try Self.executable(),
                arguments: [
                    "orchestrator", "--redis-url", redis.url, "--namespace", Self.namespace, "--port", String(port),
                    "--log-level", "error",
                ],
                logFile: "\(redis.folder)/orchestrator.log"
            )
        )
        let result: Result<BenchRow, any Error>
        do {
            let job = JSONValue.object([
                "queue": .string(Self.queueName.rawValue), "action": "noop",
                "parameters": try JSONValue(parsing: producer().job("noop", 1).input),
            ])
            let body = isBatch ? JSONValue.object(["jobs": .array(Array(repeating: job, count: jobsPerRequest))]) : job
            let load = HTTPLoad(
                url: "http://127.0.0.1:\(port)" + (isBatch ? "/jobs/batch" : "/jobs"),
                body: try body.encoded,
                connections: isBatch ? 4 : 16,
                seconds: jobs < 50_000 ? 3 : 10
            )
            try await load.waitForServer(port: port)
            let before = try await usage()
            let outcome = try await load.run(folder: redis.folder)
            let count = outcome.requests * jobsPerRequest
            var row = try await row(scenario, jobs: count, seconds: outcome.seconds, since: before)
            row.p50Milliseconds = outcome.p50Milliseconds
            row.p99Milliseconds = outcome.p99Milliseconds
            row.serverMebibytes = Self.residentMebibytes(server.pid)
            result = .success(row)
        } catch {
            result = .failure(error)
        }
        _ = await server.terminate()
        return try result.get()
    }
}

/// Requests of one kind from the wrk program.
struct HTTPLoad {
    /// What wrk measured.
    struct Outcome {
        var requests: Int
        var seconds: Double
        var p50Milliseconds: Double
        var p99Milliseconds: Double
    }

    let url: String
    let body: String
    let connections: Int
    let seconds: Int

    /// Waits until the server answers.
    func waitForServer(port: Int) async throws {
        let request = Array("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        for _ in 0..<300 {
            if let answer = LoopbackPort.exchange(port: port, request: request), answer.starts(with: "HTTP/1.1".utf8) {
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchError(message: "the HTTP server did not answer within 30 s")
    }

    /// Runs wrk, which has to be installed.
    func run(folder: String) async throws -> Outcome {
        let script = "\(folder)/request.lua"
        let done = #"""
            done = function(summary, latency)
              local errors = summary.errors
              io.write(string.format("RESULT %d %d %d %.0f %.0f\n", summary.requests, summary.duration,
                errors.connect + errors.read + errors.write + errors.status + errors.timeout,
                latency:percentile(50), latency:percentile(99)))
            end
            """#
        try """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = [==[\(body)]==]
        \(done)
        """.write(toFile: script, atomically: true, encoding: .utf8)
        let arguments = ["-t", "2", "-c", String(connections), "-d", "\(seconds)s", "-s", script, url]
        let output = try await BenchProgram.output(of: "wrk", arguments)
        let line = output.split(separator: "\n").last { $0.hasPrefix("RESULT ") }
        let numbers = line?.split(separator: " ").dropFirst().compactMap { Double($0) } ?? []
        guard numbers.count == 5 else { throw BenchError(message: "wrk printed no result: \(output.prefix(300))") }
        guard numbers[2] == 0 else {
            throw BenchError(message: "wrk met \(Int(numbers[2])) errors: \(output.prefix(300))")
        }
        return Outcome(
            requests: Int(numbers[0]),
            seconds: numbers[1] / 1e6,
            p50Milliseconds: numbers[3] / 1e3,
            p99Milliseconds: numbers[4] / 1e3
        )
    }
}
