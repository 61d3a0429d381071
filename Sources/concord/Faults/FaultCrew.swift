import Foundation
import PrivateServers
import Synchronization

/// The processes of a fault run.
final class FaultCrew: Sendable {
    private struct State {
        var workers: [ChildProcess] = []
        var orchestrators: [ChildProcess] = []
    }

    private let redis: PrivateRedis
    private let log: ExecutionLog
    private let state = Mutex(State())

    init(redis: PrivateRedis, log: ExecutionLog) {
        self.redis = redis
        self.log = log
    }

    func addWorker() async throws {
        let child = try await spawn(["faults", "worker", "--redis-url", redis.url, "--log", log.path], "worker")
        state.withLock { $0.workers.append(child) }
    }

    func addOrchestrator() async throws {
        let child = try await spawn(["faults", "orchestrator", "--redis-url", redis.url], "orchestrator")
        state.withLock { $0.orchestrators.append(child) }
    }

    /// Kills one worker; returns its process id.
    func killWorker(using random: inout SeededGenerator) async throws -> Int32 {
        let position = Int.random(in: 0..<max(1, state.withLock { $0.workers.count }), using: &random)
        let victim = state.withLock { $0.workers.remove(at: position) }
        _ = await victim.kill()
        return victim.pid
    }

    /// Kills one orchestrator and starts another.
    func replaceOrchestrator(using random: inout SeededGenerator) async throws {
        let position = Int.random(in: 0..<max(1, state.withLock { $0.orchestrators.count }), using: &random)
        let victim = state.withLock { $0.orchestrators.remove(at: position) }
        _ = await victim.kill()
        try await addOrchestrator()
    }

    func restartRedis(after pause: Duration) async throws {
        await redis.kill()
        try await Task.sleep(for: pause)
        try await redis.restart()
    }

    func stop() async {
        let all = state.withLock { $0.workers + $0.orchestrators }
        for child in all { _ = await child.terminate(grace: .seconds(10)) }
    }

    private func spawn(_ arguments: [String], _ role: String) async throws -> ChildProcess {
        try await ChildProcess.spawn(
            ChildCommand(
                executable: try Bench.executable(),
                arguments: arguments,
                logFile: "\(redis.folder)/\(role).log"
            )
        )
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same choices for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
