/// What a run came to.
struct FaultReport: Codable, Sendable {
    var persistence: String
    var seed: UInt64
    /// Jobs and steps whose acceptance was acknowledged.
    var accepted: Int
    var operations: Int
    var reviewed: Int
    var killedWorkers = 0
    var killedOrchestrators = 0
    var killedRedis = 0
    /// Accepted, and no record of it or no end that it could have come to.
    var lost = 0
    /// Jobs of which more than one outcome was recorded.
    var doubleOutcomes = 0
    /// Accepted, on record, and not ended when nothing moved any more.
    var stuck = 0
    /// Jobs whose action ran more than once, which at-least-once execution allows; each outcome was recorded once.
    var executedAgain = 0
    /// From the kill of a worker to the last of its jobs being in other hands, milliseconds.
    var recoveryP50Milliseconds: Int?
    var recoveryMaxMilliseconds: Int?
    var recoveries = 0
    var seconds: Double = 0

    enum CodingKeys: String, CodingKey {
        case persistence, seed, accepted, operations, reviewed, lost, stuck, recoveries, seconds
        case killedWorkers = "killed_workers"
        case killedOrchestrators = "killed_orchestrators"
        case killedRedis = "killed_redis"
        case doubleOutcomes = "double_outcomes"
        case executedAgain = "executed_again"
        case recoveryP50Milliseconds = "recovery_p50_ms"
        case recoveryMaxMilliseconds = "recovery_max_ms"
    }
}

/// The sums over the runs.
struct FaultTotals: Codable {
    var accepted: Int
    var kills: Int
    var lost: Int
    var doubleOutcomes: Int
    var stuck: Int
    var recoveryMaxMilliseconds: Int?
    var runs: [FaultReport]

    enum CodingKeys: String, CodingKey {
        case accepted, kills, lost, stuck, runs
        case doubleOutcomes = "double_outcomes"
        case recoveryMaxMilliseconds = "recovery_max_ms"
    }

    init(_ runs: [FaultReport]) {
        accepted = runs.reduce(0) { $0 + $1.accepted }
        kills = runs.reduce(0) { $0 + $1.killedWorkers + $1.killedOrchestrators + $1.killedRedis }
        lost = runs.reduce(0) { $0 + $1.lost }
        doubleOutcomes = runs.reduce(0) { $0 + $1.doubleOutcomes }
        stuck = runs.reduce(0) { $0 + $1.stuck }
        recoveryMaxMilliseconds = runs.compactMap(\.recoveryMaxMilliseconds).max()
        self.runs = runs
    }

    var isClean: Bool { lost == 0 && doubleOutcomes == 0 && stuck == 0 }
}
