import Foundation

/// Runs the redis-benchmark program, the yardstick.
enum RedisBenchmark {
    /// Requests a second of one command; `__rand_int__` in it is replaced by a number in each request.
    static func rate(
        port: Int,
        requests: Int,
        clients: Int,
        pipeline: Int,
        command: [String]
    ) async throws -> Double {
        let output = try await BenchProgram.output(
            of: "redis-benchmark",
            [
                "-h", "127.0.0.1", "-p", String(port), "-n", String(requests), "-c", String(clients), "-P",
                String(pipeline), "-r", "1000000000", "--csv",
            ] + command
        )
        // The last line of the CSV: "COMMAND","rps","avg_latency",…
        let last = output.split(whereSeparator: \.isNewline).last ?? ""
        let fields = last.components(separatedBy: "\",\"")
        guard fields.count > 6, let rate = Double(fields[fields.count - 7]) else {
            throw BenchError(message: "redis-benchmark printed no rate: \(last.prefix(200))")
        }
        return rate
    }
}
