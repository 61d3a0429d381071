import ArgumentParser
import JobModel
import JobQueue
import Logging
import PrivateServers

/// `concord bench`: rates and latencies of no-op jobs beside redis-benchmark on the same server.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure enqueue, drain and pick-up latency of no-op jobs on a private Redis.",
        discussion: """
            Starts a redis-server of its own, runs each scenario, and beside it redis-benchmark with the same commands in \
            the same run: ratios mean something on any machine, rates only on a quiet one. Build with -c release.

            Example: concord bench --quick --json
            """,
        subcommands: [ParseCommand.self, TokensCommand.self, BenchWorkerCommand.self]
    )

    @Flag(help: "A run of under a minute.")
    var quick = false

    @Flag(help: "Print one JSON object a scenario; the last line holds all of them.")
    var json = false

    @Option(help: "Redis' persistence: none, everysec (AOF) or always (AOF, fsync each write).")
    var persistence: Persistence = .everysec

    @Option(help: "Jobs in each scenario; 0 chooses by --quick.")
    var jobs = 0

    @Option(help: "How often each scenario is run; the median counts. 0 chooses by --quick.")
    var repeats = 0

    @Option(help: "Concurrency of the worker process.")
    var concurrency = 64

    func run() async throws {
        let redis = try await PrivateRedis.start(settings: persistence.settings)
        defer { withExtendedLifetime(redis) {} }
        let count = jobs > 0 ? jobs : (quick ? 20_000 : 100_000)
        let rounds = max(1, repeats > 0 ? repeats : (quick ? 1 : 3))
        var rows: [BenchRow] = []
        for scenario in BenchScenario.allCases {
            var samples: [BenchRow] = []
            for round in 0..<rounds {
                let bench = try Bench(
                    redis: redis,
                    namespace: "bench-\(scenario.rawValue)-\(round)",
                    jobs: count,
                    concurrency: concurrency,
                    persistence: persistence
                )
                samples.append(try await bench.run(scenario))
                try await bench.close()
            }
            let row = BenchRow.median(of: samples)
            rows.append(row)
            print(json ? try JSONValue(encoding: row).encoded : row.line)
        }
        if json {
            print(
                try JSONValue(encoding: [
                    "persistence": JSONValue.string(persistence.rawValue), "scenarios": JSONValue(encoding: rows),
                ]).encoded
            )
        }
        await redis.terminate()
    }
}

/// How Redis keeps its data during a measurement.
enum Persistence: String, ExpressibleByArgument, CaseIterable, Codable {
    case none, everysec, always

    /// The directives of redis.conf.
    var settings: [String: String] {
        switch self {
        case .none: ["appendonly": "no", "save": ""]
        case .everysec: ["appendonly": "yes", "appendfsync": "everysec", "save": ""]
        case .always: ["appendonly": "yes", "appendfsync": "always", "save": ""]
        }
    }
}

/// What is measured.
enum BenchScenario: String, CaseIterable, Codable {
    case commands16 = "commands-16"
    case commands64 = "commands-64"
    case enqueueSingle = "enqueue-single"
    case enqueueBulk = "enqueue-bulk"
    case drain
    case both
    case latency
}
