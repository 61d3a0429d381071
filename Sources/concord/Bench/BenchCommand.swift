import ArgumentParser
import Foundation
import JobModel

/// `concord bench`: rates and latencies of small jobs beside redis-benchmark on the same server.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure enqueue, drain, pick-up, flows, recovery and HTTP on a private Redis.",
        discussion: """
            Each run of a scenario has a redis-server of its own; where it says so, redis-benchmark sends the same \
            commands to the same server. With --compare, other queues run the same scenarios in turn with Concord. \
            Ratios mean something on any machine, rates only on a quiet one. Build with -c release.

            Example: concord bench --quick --scenario drain,latency --json
            """,
        subcommands: [
            ParseCommand.self, TokensCommand.self, PeerWorkerCommand.self, PeerProducerCommand.self,
        ]
    )

    @Flag(help: "A run of under a minute: few jobs, each scenario once.")
    var quick = false

    @Flag(help: "Print one JSON object a row.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "The scenarios, separated by commas: \(BenchScenario.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "names"
        )
    )
    var scenario: String?

    @Option(help: "Redis' persistence: none, everysec (AOF) or always (AOF, fsync each write); several by commas.")
    var persistence = "everysec"

    @Option(help: "Jobs in each scenario; 0 chooses by --quick.")
    var jobs = 0

    @Option(help: "How often each scenario is run; the median counts. 0 chooses by --quick.")
    var repeats = 0

    @Option(help: "Concurrency of the worker process.")
    var concurrency = 64

    @Option(help: ArgumentHelp("Also draw the rates as an SVG picture.", valueName: "file"))
    var picture: String?

    @Option(
        help: ArgumentHelp(
            "A folder with a harness that runs other queues; they run in turn with Concord.",
            valueName: "folder"
        )
    )
    var compare: String?

    @Option(
        help: ArgumentHelp(
            "The queues to compare with, by their names in the harness' peers.json, separated by commas.",
            valueName: "names"
        )
    )
    var peers = "sidekiq,huey,streaq,taskiq-stream"

    func run() async throws {
        let modes = try Self.words(persistence, Persistence.init, "--persistence")
        if let compare {
            let comparison = try PeerComparison(
                folder: compare,
                peers: peers.split(separator: ",").map(String.init),
                repeats: repeats > 0 ? repeats : (quick ? 1 : 3),
                isQuick: quick
            )
            return try await comparison.run { try show($0, $0.line) }
        }
        let scenarios =
            try scenario.map { try Self.words($0, BenchScenario.init, "--scenario") } ?? BenchScenario.standard
        let count = jobs > 0 ? jobs : (quick ? 20_000 : 100_000)
        let rounds = repeats > 0 ? repeats : (quick ? 1 : 3)
        var rows: [BenchRow] = []
        for mode in modes {
            for scenario in scenarios {
                if scenario.needsWrk, !BenchProgram.isInstalled("wrk") {
                    FileHandle.standardError.write(Data("\(scenario.rawValue): not run, wrk is not installed\n".utf8))
                    continue
                }
                var samples: [[BenchRow]] = []
                for _ in 0..<rounds {
                    samples.append(
                        try await Bench.run(scenario, jobs: count, concurrency: concurrency, persistence: mode)
                    )
                }
                for variant in samples[0].indices {
                    guard let row = BenchRow.median(of: samples.compactMap { $0.count > variant ? $0[variant] : nil })
                    else {
                        continue
                    }
                    rows.append(row)
                    try show(row, row.line)
                }
            }
        }
        if let picture { try BenchPicture(rows: rows).svg.write(toFile: picture, atomically: true, encoding: .utf8) }
    }

    /// Prints a row at once, also into a pipe: a run takes long.
    private func show(_ row: some Encodable, _ line: String) throws {
        let text = json ? try JSONValue(encoding: row).encoded : line
        try FileHandle.standardOutput.write(contentsOf: Data("\(text)\n".utf8))
    }

    private static func words<Value>(_ text: String, _ read: (String) -> Value?, _ option: String) throws -> [Value] {
        try text.split(separator: ",").map { word in
            guard let value = read(String(word)) else { throw ValidationError("\(option): '\(word)' is none of them") }
            return value
        }
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
