import Foundation
import NIOCore
import PrivateServers
import TestSupport
import Testing

@testable import RedisClient

/// XADDs of 250 bytes over one connection, beside redis-benchmark with the same command in the same run.
///
/// Run it in a release build with CONCORD_BENCH=1; the ratios are printed.
@Suite(
    .serialized,
    .redisServer(),
    .enabled(if: ProcessInfo.processInfo.environment["CONCORD_BENCH"] == "1"),
    .timeLimit(.minutes(10))
)
struct ThroughputReport {
    private static let payload = String(repeating: "x", count: 250)
    private static let seconds = 2.0

    /// How the commands of one connection are issued.
    enum Style: String, CaseIterable {
        /// One task that sends `depth` commands in a pipeline and waits, as redis-benchmark does.
        case pipeline
        /// `depth` tasks, each with one command outstanding.
        case tasks
        /// `depth` callbacks, each of which sends the next command.
        case callbacks
    }

    @Test(arguments: [16, 64])
    func `commands of one connection keep up with redis-benchmark`(depth: Int) async throws {
        let port = try RedisServerTrait.server.port
        // Interleaved, so that a disturbance of the machine meets all.
        var reference: [Sample] = []
        var ours: [Style: [Sample]] = [:]
        for _ in 0..<3 {
            reference.append(try await measure(RUSAGE_CHILDREN) { try await redisBenchmark(port: port, depth: depth) })
            for style in Style.allCases {
                let sample = try await measure(RUSAGE_SELF) { try await send(style, depth: depth) }
                ours[style, default: []].append(sample)
            }
        }
        let best = try #require(Sample.best(of: reference))
        print("depth \(depth): redis-benchmark \(best)")
        for style in Style.allCases {
            let sample = try #require(Sample.best(of: ours[style, default: []]))
            let ratio = (sample.rate / best.rate * 100).rounded() / 100
            print("depth \(depth): \(style.rawValue) \(sample), \(ratio) of redis-benchmark")
            #expect(sample.rate > 0)
        }
    }

    /// One measurement; the processor time per command is the steadier figure on a machine that is shared.
    private struct Sample: CustomStringConvertible {
        let rate: Double
        let cpuMicroseconds: Double

        var description: String {
            "\(Int(rate)) commands/s at \((cpuMicroseconds * 100).rounded() / 100) µs of processor time each"
        }

        static func best(of samples: [Sample]) -> Sample? {
            guard let rate = samples.map(\.rate).max(), let cpu = samples.map(\.cpuMicroseconds).min() else {
                return nil
            }
            return Sample(rate: rate, cpuMicroseconds: cpu)
        }
    }

    /// Measures what `body` does, which returns how many commands it sent and in how many seconds.
    private func measure(
        _ who: __rusage_who,
        _ body: () async throws -> (count: Int, seconds: Double)
    ) async throws -> Sample {
        let before = Self.cpuSeconds(who)
        let (count, seconds) = try await body()
        let cpu = Self.cpuSeconds(who) - before
        return Sample(rate: Double(count) / seconds, cpuMicroseconds: cpu / Double(count) * 1e6)
    }

    private static func cpuSeconds(_ who: __rusage_who) -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(who.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static func command() -> RedisCommand {
        var command = RedisCommand(capacity: 384)
        command.append("XADD")
        command.append("bench")
        command.append("MAXLEN")
        command.append("~")
        command.append(1000)
        command.append("*")
        command.append("payload")
        command.append(payload)
        return command
    }

    private func redisBenchmark(port: Int, depth: Int) async throws -> (count: Int, seconds: Double) {
        let count = 400_000
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "redis-benchmark", "-p", "\(port)", "-c", "1", "-P", "\(depth)", "-n", "\(count)", "--csv",
            "XADD", "bench", "MAXLEN", "~", "1000", "*", "payload", Self.payload,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let line = try #require(String(decoding: data, as: UTF8.self).split(separator: "\n").last)
        let rate = line.split(separator: ",")[1].filter { $0 != "\"" }
        return (count, Double(count) / (try #require(Double(String(rate)))))
    }

    private func send(_ style: Style, depth: Int) async throws -> (count: Int, seconds: Double) {
        try await withClient { client in
            let clock = ContinuousClock()
            let start = clock.now
            let end = start + .seconds(Self.seconds)
            let count: Int
            switch style {
            case .pipeline:
                var sent = 0
                while clock.now < end {
                    let results = await client.pipeline((0..<depth).map { _ in Self.command() })
                    for result in results { _ = try result.get() }
                    sent += depth
                }
                count = sent
            case .tasks:
                count = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<depth {
                        group.addTask {
                            var sent = 0
                            while clock.now < end {
                                _ = try await client.send(Self.command())
                                sent += 1
                            }
                            return sent
                        }
                    }
                    return try await group.reduce(0, +)
                }
            case .callbacks:
                count = try await CallbackLoop(client: client, end: end).run(depth: depth, command: Self.command)
            }
            return (count, (clock.now - start) / .seconds(1))
        }
    }
}

/// Keeps a number of commands outstanding by sending the next from each reply.
///
/// `@unchecked Sendable`: the counters are touched on the client's event loop only.
private final class CallbackLoop: @unchecked Sendable {
    private let client: RedisClient
    private let end: ContinuousClock.Instant
    private var sent = 0
    private var outstanding = 0
    private var continuation: CheckedContinuation<Int, any Error>?

    init(client: RedisClient, end: ContinuousClock.Instant) {
        self.client = client
        self.end = end
    }

    func run(depth: Int, command: @escaping @Sendable () -> RedisCommand) async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            client.eventLoop.execute {
                self.continuation = continuation
                self.outstanding = depth
                for _ in 0..<depth { self.next(command) }
            }
        }
    }

    private func next(_ command: @escaping @Sendable () -> RedisCommand) {
        client.send(command()) { result in
            if case .success = result, ContinuousClock().now < self.end {
                self.sent += 1
                return self.next(command)
            }
            self.outstanding -= 1
            if let error = result.error {
                self.continuation?.resume(throwing: error)
                self.continuation = nil
            } else if self.outstanding == 0 {
                self.continuation?.resume(returning: self.sent)
            }
        }
    }
}
