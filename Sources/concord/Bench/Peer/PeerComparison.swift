import Foundation
import JobModel

/// Concord and other queues in the scenarios of a harness, in turn.
///
/// The harness is a folder with `harness.py` (PEER SCENARIO [N], one line of JSON), `peers.json` and `n.json`. Concord
/// takes part as one more peer, by a description that is written for the run, so that all are measured by one program
/// from outside.
struct PeerComparison {
    /// One scenario of one queue.
    struct Row: Codable, Sendable {
        var scenario: String
        var queue: String
        /// Jobs a second, or milliseconds (S4, S6), or seconds until the crash was recovered (S5).
        var median: Double
        var lowest: Double
        var highest: Double
        /// Concord's figure over the best other one: of rates how many times as much, of times how many times as little.
        var timesBest: Double?
        /// Jobs that a crash lost and doubled, the most of the runs.
        var lost: Int?
        var doubled: Int?

        enum CodingKeys: String, CodingKey {
            case scenario, queue, median, lowest, highest, lost, doubled
            case timesBest = "times_best"
        }

        /// For people.
        var line: String {
            func number(_ value: Double) -> String {
                value.formatted(.number.precision(.fractionLength(value < 1000 ? 2 : 0)))
            }
            var parts = [
                scenario.padding(toLength: 13, withPad: " ", startingAt: 0),
                queue.padding(toLength: max(queue.count, 18), withPad: " ", startingAt: 0),
                "\(number(median)) (\(number(lowest)) to \(number(highest)))",
            ]
            if let lost { parts.append("lost \(lost), doubled \(doubled ?? 0)") }
            if let timesBest { parts.append("\(number(timesBest)) times the best other") }
            return parts.joined(separator: "  ")
        }
    }

    private struct Run {
        var figure: Double
        var lost: Int?
        var doubled: Int?
    }

    private let folder: String
    private let peers: [String]
    private let repeats: Int
    private let isQuick: Bool
    private let known: [String: JSONValue]

    private static let scenarios = [
        "S1-single", "S1-bulk", "S1-concurrent", "S2", "S3", "S4", "S6-chain", "S6-fan", "S5",
    ]
    /// Concord keeps results; the second keeps none, as the others do.
    private static let own = ["concord", "concord-discard"]

    /// - Throws: ``BenchError`` when the folder holds no harness, or a peer is not known there.
    init(folder: String, peers: [String], repeats: Int, isQuick: Bool) throws {
        self.folder = folder
        self.peers = peers
        self.repeats = repeats
        self.isQuick = isQuick
        guard let data = FileManager.default.contents(atPath: "\(folder)/peers.json"),
            case .object(let known)? = try? JSONValue(parsing: Array(data))
        else { throw BenchError(message: "\(folder)/peers.json cannot be read") }
        self.known = known
        for peer in peers where known[peer] == nil {
            throw BenchError(message: "--peers: \(peer) is none of \(known.keys.sorted().joined(separator: ", "))")
        }
    }

    /// Runs everything; the rows of a scenario are given out when all queues have run it.
    func run(_ give: (Row) throws -> Void) async throws {
        let work = FileManager.default.temporaryDirectory.appending(path: "concord-peers-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: work) }
        try describe(in: work)
        for scenario in Self.scenarios {
            var runs: [String: [Run]] = [:]
            // The repeats are the outer loop: a slow minute of the machine does not hit one queue only.
            for _ in 0..<repeats {
                for peer in Self.own + peers {
                    guard let run = try await measure(peer, scenario, work) else { continue }
                    runs[peer, default: []].append(run)
                }
            }
            for row in rows(scenario, runs) { try give(row) }
        }
    }

    private func rows(_ scenario: String, _ runs: [String: [Run]]) -> [Row] {
        let isRate = ["S1", "S2", "S3"].contains(scenario.prefix(2))
        var rows = (Self.own + peers).compactMap { peer -> Row? in
            guard let list = runs[peer]?.sorted(by: { $0.figure < $1.figure }), let first = list.first,
                let last = list.last
            else { return nil }
            return Row(
                scenario: scenario,
                queue: peer,
                median: list[list.count / 2].figure,
                lowest: first.figure,
                highest: last.figure,
                lost: list.compactMap(\.lost).max(),
                doubled: list.compactMap(\.doubled).max()
            )
        }
        let others = rows.filter { !Self.own.contains($0.queue) }.map(\.median)
        guard let best = isRate ? others.max() : others.min(), best > 0 else { return rows }
        for index in rows.indices where Self.own.contains(rows[index].queue) && rows[index].median > 0 {
            rows[index].timesBest = isRate ? rows[index].median / best : best / rows[index].median
        }
        return rows
    }

    /// One run; nil where the queue has no such thing.
    private func measure(_ peer: String, _ scenario: String, _ work: String) async throws -> Run? {
        var arguments = ["\(folder)/harness.py", peer, scenario]
        if Self.own.contains(peer) {
            let counts = [
                "S1-single": 20_000, "S1-bulk": 200_000, "S1-concurrent": 50_000, "S2": 100_000, "S3": 100_000,
            ]
            if let count = counts[scenario] { arguments.append(String(isQuick ? count / 5 : count)) }
        }
        let output = try await BenchProgram.output(
            of: "python3",
            arguments,
            environment: ["BENCH_PEERS": "\(work)/peers.json"]
        )
        guard let line = output.split(separator: "\n").last else { return nil }
        let answer = try JSONValue(parsing: Array(line.utf8))
        guard answer["error"] == nil else { return nil }
        if scenario == "S5" {
            guard let seconds = answer["recover_last_s"]?.double else { return nil }
            return Run(figure: seconds, lost: answer["lost"]?.int, doubled: answer["more_than_once"]?.int)
        }
        return (answer["jobs_per_s"]?.double ?? answer["p50"]?.double).map { Run(figure: $0) }
    }

    /// Adds Concord to the harness' queues: programs that it starts in a folder, called by the name `bench`.
    private func describe(in work: String) throws {
        var all = known
        for (name, retention) in zip(Self.own, [3600, 0]) {
            let place = "\(work)/\(name)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let program = try Bench.executable()
            let script = """
                #!/bin/sh
                exec "\(program)" bench peer-produce "$1" "$2" --port "$BENCH_PORT" --folder "$BENCH_DIR" --retention \(retention)

                """
            try script.write(toFile: "\(place)/bench", atomically: true, encoding: .utf8)
            let worker = """
                #!/bin/sh
                exec "\(program)" bench peer-worker --port "$BENCH_PORT" --folder "$BENCH_DIR"

                """
            try worker.write(toFile: "\(place)/worker", atomically: true, encoding: .utf8)
            for file in ["bench", "worker"] {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(place)/\(file)")
            }
            all[name] = [
                // The harness starts programs called `bench` for queues written in Go, and asks for nothing else.
                "folder": .string(place), "lang": "go", "worker": ["./worker"],
                "settings": .string("concurrency 64, results kept \(retention) s"),
            ]
        }
        try JSONValue.object(all).encoded.write(toFile: "\(work)/peers.json", atomically: true, encoding: .utf8)
    }
}
